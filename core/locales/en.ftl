## Times and amounts

credits = { $count ->
    [one] 1 credit
   *[other] { $count } credits
}
videos = { $count ->
    [one] 1 video
   *[other] { $count } videos
}
in-seconds = { $count ->
    [one] in 1 second
   *[other] in { $count } seconds
}
in-minutes = { $count ->
    [one] in 1 minute
   *[other] in { $count } minutes
}
in-hours = { $count ->
    [one] in 1 hour
   *[other] in { $count } hours
}
in-days = { $count ->
    [one] in 1 day
   *[other] in { $count } days
}
month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
month-short = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
date = { $day } { $month } { $year }
date-at = { $date }, { $clock }
date-short = { $day } { $month } { $clock }
moment = { $when } UTC ({ $until })
until-utc = { $date }, { $clock } UTC

## A job's card

queue-next = Next in the queue.
queue-place = Number { $place } in the queue.
queue-somewhere = In the queue.
started-over = It had to start over and lost little: finished parts are kept.
being-called-off = Being called off.
try-of-three = Try { $try } of 3; finished parts were kept.
called-off = Called off.
nothing-left-to-call-off = There was nothing left to call off.
asked-for = Asked for: { $sentence }
no-longer-kept = This video is no longer kept. Press Again for another take.
kept-until = Kept until { $date } ({ $until }).
watch = Watch
failed = The video could not be made. Try again; if it happens again, word it differently.
set-aside = { $credits } set aside for it.
month-not-counted = It does not count towards this month's videos.
came-back = Your { $credits } came back.

button-cancel = Cancel
button-cancel-locked = It is being called off already.
button-again = Again
button-again-paid = Again ({ $credits })
button-script = Script
button-captions = Captions
button-credits = Credits
button-newer = Newer
button-older = Older
button-brand = Brand kit
button-uploads = Own pictures
button-pin-format = Pin a format
button-api-key = API key
button-cartoon = Talking cartoon
button-studio = Talking photograph
button-cinematic = Talking film
button-plans = Plans

## History

history-title = Your videos
history-none = None yet. Write a sentence, and it becomes one.
history-no-older = There are no older ones.
history-waiting = waiting
history-expired = done, expired
history-done = done
history-done-length = done, { $length }
history-failed = failed
history-called-off = called off
no-videos = No videos yet
no-videos-yet = Write a sentence, and it becomes one.

## Script, captions, pictures

script-title = Script: { $title }
captions-title = Captions: { $title }
pictures-title = Pictures: { $title }
pictures-shot = Shot { $shot }: { $source }
pictures-drawn = Everything in this video was drawn for it.

## Refusals

out-of-order = We are out of order just now, and nothing was charged. Try again in a minute; the same request is never made twice.
banned = This account is closed to new requests: { $reason }. Videos you have stay where they are. If you think this is a mistake, write to the operators of this service.
maintenance = No new requests are taken for the moment: { $message }. Nothing was charged, and videos under way go on. Ask again a little later.
too-often-generate = You have asked for { $most } videos within an hour, and that is the most. Nothing was charged; ask again at { $again }.
too-often-upload = You have sent { $most } pictures within an hour, and that is the most. Nothing was charged; ask again at { $again }.
too-often-status = You have looked { $most } times within a minute, and that is the most. Nothing was charged; ask again at { $again }.
feature-brand-kit = A brand kit
feature-uploads = Using your own pictures
feature-cartoon = A talking cartoon
feature-studio = A talking photograph
feature-cinematic = A cinematic talking film
feature-api-keys = An API key
feature-pinned-format = Choosing the format
feature-video = This video
needs-plan = { $feature } is part of the { $plan } plan.
needs-plan-or-above = { $feature } is part of the { $plan } plan and above.
uploads-need-plan = { $feature } comes with the { $plan } plan and above.
not-in-plan = { $needs } You are on { $plan }; nothing was charged. See /upgrade, or ask without it.
one-at-once = You already have a video under way, and the { $plan } plan makes 1 at once. Wait until it is finished (/status tells), or cancel it (/cancel).
many-at-once = You already have videos under way, and the { $plan } plan makes { $most } at once. Wait until one of them is finished (/status tells), or cancel one of them (/cancel).
more-at-once = The { $plan } plan makes { $most } at once.
month-used-up = You have used this month's { $videos } on { $plan }. The next month begins on { $next }. Until then a video costs { $price }, and you have { $wallet }.
more-a-month = The { $plan } plan has { $most } a month.
no-monthly-limit = The { $plan } plan has no monthly limit.
credits-missing = { $feature } costs { $price }, and you have { $wallet }. Nothing was charged. Get { $missing } more, or ask for a video without talking characters.
photo-needed = A photograph can only talk when there is one: send it together with your sentence (one face, seen from the front). Nothing was charged.
not-offered = { $feature } cannot be made here yet. Nothing was charged; ask for the video without it.
unknown-upload = This picture is not there (any more). Send it again, then ask again.
no-such-job = You have no video { $job }. Check the letters, or look at /history for yours.
no-script-ever = { $job } has no script: it ended without a video. /again makes another.
no-captions-ever = { $job } has no captions: it ended without a video. /again makes another.
no-credits-ever = { $job } has no credits: it ended without a video. /again makes another.
no-script-yet = { $job } has no script yet: it is still being made. /status tells more.
no-captions-yet = { $job } has no captions yet: it is still being made. /status tells more.
no-credits-yet = { $job } has no credits yet: it is still being made. /status tells more.
expired = The video { $job } was kept until { $until } and is gone now. /again { $job } makes another take.
too-many-images = These are { $count } pictures; use at most { $most }.

## The sentence

sentence-far-too-long = The sentence is far too long: keep it to at most { $most } characters.
sentence-empty = The sentence is empty: write what the video should be about.
sentence-too-short = The sentence is too short: use at least { $least } characters.
sentence-too-long = The sentence is too long ({ $characters } characters): keep it to at most { $most }.
sentence-wordless = The sentence has no words in it: write what the video should be about, in letters.
sentence-instructions = The sentence reads like instructions to the software rather than a topic: say what the video should be about.
sentence-control = The sentence contains control characters or line breaks: type it as one plain line.
sentence-direction = The sentence contains text direction overrides: remove them and type it plainly.
sentence-invisible = The sentence contains invisible characters: remove them and type it plainly.
sentence-minors = This topic cannot be made into a video: sexual content with minors is never allowed.
sentence-self-harm = This topic cannot be made into a video. If you are thinking of hurting yourself, please talk to somebody now: findahelpline.com lists free help in your country.
sentence-harm = This topic cannot be made into a video because it asks how to harm people: ask about its history, science or prevention instead.
sentence-policy = This sentence cannot be made into a video: our content policy does not allow it. Nothing was charged. Another way to put it, or another topic, may be fine.

## A phrase that videos are to say

phrase-too-short = “{ $phrase }” is too short: use at least { $least } characters.
phrase-too-long = “{ $phrase }” is too long: keep it to at most { $most } characters.
phrase-wordless = “{ $phrase }” has no words in it: write the phrase in letters.
phrase-instructions = “{ $phrase }” reads like instructions to the software: word the phrase as something to be said.
phrase-unseen = “{ $phrase }” contains line breaks or characters that nobody sees: remove them and type the phrase plainly.
phrase-content = “{ $phrase }” cannot be said in a video: leave the phrase out.
phrase-self-harm = “{ $phrase }” cannot be said in a video. If you are thinking of hurting yourself, please talk to somebody now: findahelpline.com lists free help in your country.

## A picture

picture-too-long = The file has { $megabytes } MB; at most { $most } MB can be used.
picture-unknown = This is not a PNG, JPEG, WebP or GIF picture.
picture-cut-off = The picture is cut off. Save or download it again, then send it once more.
picture-too-large = The picture is { $width }×{ $height } pixels; use one of at most { $most } pixels a side.
picture-too-small = The picture is { $width }×{ $height } pixels, too small to be shown; use one of at least { $least }.

## Brand kit

brand-title = Your brand kit
brand-empty = Your brand kit is empty
brand-none = none
brand-logo = Logo: { $logo }
brand-photos = Photos: { $count } of { $most }
brand-colours = Colours: { $colours }
brand-always = Always said: { $phrases }
brand-never = Never said: { $phrases }
brand-photos-full = The brand kit has { $most } photos, which is the most. Empty it with /brand clear, then add the ones to keep.
brand-both = “{ $phrase }” would be required and banned at once: take one of them out.
brand-colours-full = A brand kit has at most { $most } colours.
brand-no-colour = “{ $colour }” is no colour: write it as #rrggbb, as in #0a84ff.
brand-phrase-length = A phrase has 1 to { $most } characters.
brand-phrase-control = A phrase has no control characters.
brand-phrases-full = At most { $most } phrases can be kept.

## Plan, month, credits

plan-title = Your plan: { $plan }
plan-until = Until { $until }.
plan-month = { $used } of { $videos } used this month; the next month begins on { $next }.
plan-month-unlimited = { $videos } this month, without a limit.
plan-wallet = { $credits }.
plan-wallet-held = { $credits }, and { $held } set aside for videos under way.
plans-title = The plans
plans-own = { $plan } (yours): { $gives }
plans-other = { $plan }: { $gives }
plans-everything = Yours has everything.
plans-how = Payment is not set up here yet: ask the operators of this service to change your plan or to give you credits. A credit buys a video beyond the month's.
plans-buy = A credit buys a video beyond the month's, or a talking character: buy some with the link. For another plan, ask the operators of this service.
link-buy = Buy credits
gives-a-month = { $videos } a month
gives-unlimited = videos without a limit
gives-seconds = up to { $seconds } s
gives-end-card = { $size } with an end card
gives-at-once = { $count } at once
gives-brand = brand kit and own pictures
gives-talking = talking cartoons and photographs, API keys, pinned format
gives-films = talking films
gives-ahead = ahead in the queue
moved-given = { $credits } given: { $reason }
moved-bought = { $credits } bought
moved-payment-returned = { $credits } taken back: the payment was returned
moved-dispute-won = { $credits } given again: the payment came back
moved-held = { $credits } set aside for { $job }
moved-taken = { $credits } taken back: { $reason }
moved-spent = { $credits } spent on { $job }
moved-back = { $credits } came back from { $job }
moved-month-held = one of the month's videos set aside for { $job }
moved-month-used = one of the month's videos used for { $job }
moved-month-back = one of the month's videos came back from { $job }
moved-a-video = a video

## Keys and linked chats

api-key-title = Your new API key
api-key-once = Keep it now: it is shown this once.
link-title = Link another chat to this account
link-how = In the other chat, within ten minutes: /link { $code }
link-what = That chat then has this account's plan, credits and videos. Show the code to nobody.
linked-title = Linked
linked = This chat now has that account's plan, credits and videos.
linked-already-title = Linked already
linked-already = This chat has that account already.
link-unknown = This code is not known, or older than ten minutes. Ask for a new one with /link in the other chat.
link-in-use = This chat has an account of its own with credits, a plan or videos under way, and linking would lose them. Make the code here, and type it in the other chat; or ask the operators of this service.
link-too-many = Too many codes were tried. Try again at { $again }.

## Why there is no video

failed-ours = The video could not be made because of a fault on our side. Nothing was charged: what it had reserved is back. Try again in a little while.
failed-too-long = Making this video took longer than we allow. Nothing was charged: what it had reserved is back. A shorter or simpler sentence usually works.
failed-gate = The finished video did not pass our quality check, even when made again. Nothing was charged: what it had reserved is back. Asking again gives another take.
failed-worker-lost = The machine making this video stopped three times. Nothing was charged. Try again in a few minutes; if it happens again, shorten the sentence.
failed-plan-limit = The video came out longer or larger than your plan allows, which is our mistake. Nothing was charged; please try again.
failed-brand = The phrases your brand kit bans leave this video nothing to say. Change them with /brand ban, or ask for another video.
failed-picture = One of the pictures could not be used. Save or download it again, send it once more, and ask again.
failed-film-blocked = The film service refuses what is said here, even in milder words. Ask again without violence, real people, brands or anything dangerous in it, or leave out "cinematic": then it is drawn here. Nothing was charged.
failed-photo-blocked = The service that makes photographs talk refuses this photograph or these words. Send another photograph, or say it differently. Nothing was charged.
failed-photo-unfit = This photograph cannot talk: it has to show one face from the front, clearly and not too small. Send another one. Nothing was charged.
failed-talker = The talking film could not be made this time. Nothing was charged; try again later, or ask for a drawn character: leave out the photograph or the word "cinematic".

## What to know about a finished video

notice-unverified = Unverified: not every statement rests on a source.
notice-not-written = Nothing here writes { $language } yet, so the narration is in English.
notice-not-spoken = No voice on this machine speaks { $language }: the words are shown, not spoken.
notice-silent = No voice on this machine speaks { $language }: the video has captions and music, and nobody speaks.
notice-lines-silent = { $lines } of { $of } lines could not be spoken.
notice-outline-wrote = No language model gave a usable script in time: a plainer outline wrote this one. Again may do better.
notice-voice-missing = The neural voice is not installed: espeak-ng, which sounds mechanical, speaks instead.
notice-voice-foreign = The neural voice does not speak { $language }: espeak-ng, which sounds mechanical, speaks instead.
notice-voice-failed = The neural voice failed on { $lines } of { $of } lines: espeak-ng, which sounds mechanical, speaks instead.
notice-longer = You asked for { $asked } seconds; the words alone take { $spoken }.
notice-shorter = You asked for { $asked } seconds; there is only so much to say, and it takes { $spoken }.
notice-at-most = Videos here are at most { $seconds } seconds long; this one is that.
notice-at-least = Videos are at least { $seconds } seconds long.
notice-drawn-instead = A talking film needs a service that is not set up here, or more than your plan and credits have: it is drawn instead, and charged as a drawing.
notice-shown-instead = A photograph that talks needs a service that is not set up here, or more than your plan and credits have: it is told by a narrator instead.
notice-ten-items = { $count } items do not fit one short video; here are ten.
language = { $tag ->
    [ar] Arabic
    [bn] Bengali
    [cs] Czech
    [de] German
    [el] Greek
    [en] English
    [es] Spanish
    [fa] Persian
    [fr] French
    [he] Hebrew
    [hi] Hindi
    [it] Italian
    [ja] Japanese
    [ko] Korean
    [nl] Dutch
    [pl] Polish
    [pt] Portuguese
    [ru] Russian
    [sv] Swedish
    [ta] Tamil
    [th] Thai
    [tr] Turkish
    [uk] Ukrainian
    [ur] Urdu
    [vi] Vietnamese
    [zh] Chinese
   *[other] this language
}

## Operators

workers = { $count ->
    [one] 1 worker
   *[other] { $count } workers
}
letters = { $count ->
    [one] 1 dead letter
   *[other] { $count } dead letters
}
messages = { $count ->
    [one] 1 message
   *[other] { $count } messages
}
consumers = { $count ->
    [one] 1 consumer
   *[other] { $count } consumers
}
job-state = { $state ->
    [queued] queued
    [running] running
    [delivering] delivering
    [done] done
    [failed] failed
   *[cancelled] cancelled
}
admin-not-allowed = Only operators of this service can do that. See /help for what you can do.
admin-switched-off = Operators' commands are switched off here: set CUTLINE_DATABASE_ADMIN_URL and start this program again.
admin-broker = The broker does not answer ({ $why }). Try again in a minute.
admin-no-job = There is no job { $job }.
admin-nobody = Nobody called { $person } has been here yet.
admin-plan-changed = Plan changed
admin-credits-now = Now { $credits }
admin-credits-before = Done before; now { $credits }
admin-credits-few = They have { $credits }: that many cannot be taken.
admin-credits-range = Give or take between 1 and 1,000,000,000 credits.
admin-credits-key = This command was used for another change before.
admin-account-gone = The account is gone.
admin-not-failed = { $job } is { $state }: only a failed or cancelled job is tried again.
admin-retried = { $job } is tried again as { $again }
admin-retried-free = At no cost to its owner, who hears when it is done.
admin-cancelled = { $job } is cancelled
admin-stopping = { $job }: its worker has been told to stop
admin-ended = { $job } was { $state } already
admin-ban-why = Say why: they are told.
admin-banned = Banned
admin-unbanned = Welcome back
admin-no-worker = No worker is called { $worker }. /admin farm lists them.
admin-draining = Draining { $workers }
admin-draining-how = They take no new jobs, finish or hand back what they have, and end.
admin-replayed = { $letters } replayed
admin-dropped = { $letters } thrown away
admin-closed-why = Say why: people are told.
admin-open = Requests are taken again
admin-closed = No new requests are taken
admin-closed-told = People are told: { $message }
admin-closed-rest = Jobs under way go on.

## What operators look at

admin-none = none
admin-account = Account { $account }, since { $date }
admin-reached = Reached from: { $identities }
admin-plan = Plan: { $plan }
admin-plan-until = { $plan } until { $at }
admin-plan-given = { $plan } (given; pays for { $paid })
admin-used = { $videos } used this month, { $live } under way
admin-wallet = { $credits }, { $held } held
admin-is-banned = BANNED: { $reason }
admin-jobs = Jobs: { $jobs }
admin-job = { $job }: { $state }
admin-job-ids = Job { $id }, account { $account }
admin-job-how = { $plan }, { $mode }, queue { $queue }, try { $try } of 3, token { $token }
admin-job-asked = asked { $at }
admin-job-started = started after { $ms } ms
admin-job-lasted = ended after { $ms } ms more
admin-job-worker = On { $worker }
admin-job-called-off = Its owner has called it off.
admin-job-stage = Stage { $stage }, { $percent } %
admin-job-hold = Hold: { $hold }; providers: { $cost }
admin-job-hold-back = Hold: { $hold }, given back; providers: { $cost }
admin-job-try = try { $try } · { $stage } · { $ms } ms · { $cost }
admin-job-try-resumed = try { $try } · { $stage } · { $ms } ms, from a checkpoint · { $cost }
admin-job-shot = shot { $shot } · { $provider } · { $licence }
admin-job-call = call { $call } · { $state } · { $cost } · { $request }
admin-no-request = no request id
admin-nothing-said = nothing was said
admin-queues = Queues
admin-queue = { $queue }: { $waiting } waiting, { $running } under way
admin-queue-old = { $queue }: { $waiting } waiting, the oldest for { $age } s, { $running } under way
admin-idle = Nothing waits, nothing runs.
admin-outbox = outbox: { $messages }
admin-outbox-old = outbox: { $messages }, the oldest for { $age } s
admin-maintenance = MAINTENANCE: { $message }
admin-depth = broker, { $queue }: { $ready } ready, { $consumers }
admin-broker-silent = The broker does not answer: { $why }.
admin-no-workers = None was seen within the hour: nothing is being made.
admin-worker = { $name } · { $busy } of { $slots } busy · seen { $seen } s ago, since { $since }
admin-worker-draining = { $name } · { $busy } of { $slots } busy, draining · seen { $seen } s ago, since { $since }
admin-letter-jobless = no job
admin-no-letters = Every message found its worker.
admin-formats = Formats of the last 30 days
admin-format = { $format }: { $videos }, { $failed } failed
admin-no-formats = None was made.
admin-spend = Spent with providers in 30 days
admin-spent = { $cost } for { $videos }
