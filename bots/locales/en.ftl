## How a job stands, and what a card is about

kind-queued = Waiting
kind-running = Being made
kind-delivering = Almost there
kind-done = Done
kind-failed = Did not work out
kind-cancelled = Cancelled
kind-history = Your videos
kind-plan = Your plan
kind-brand = Your brand kit
kind-upload = Your picture
kind-link = Your accounts
kind-help = Help
kind-script = Script
kind-captions = Captions
kind-credits = Credits

## What a stage does

stage-intent = Understanding the sentence
stage-arc = Finding the story
stage-shots = Planning the shots
stage-script = Writing the script
stage-voice = Recording the voice
stage-timing = Setting the pace
stage-captions = Writing the captions
stage-motion = Planning the camera
stage-queries = Choosing what to show
stage-imagery = Making the pictures
stage-render = Painting and mixing
stage-deliver = Handing it over
stage-of = { $doing } ({ $number } of { $most })
getting-ready = Getting ready
time-left = { $doing } · about { $clock } left
done-in = Done in about { $clock }
locked = { $label } (locked): { $why }

## The end

ended-done = Your video { $job } is ready.
ended-failed = Your video { $job } did not work out; the card says why.
ended-cancelled = Your video { $job } was called off.
too-large-link = The video is too large to upload here; the link opens it.
too-large = The video is too large to upload here, and no link is set up. Ask for a shorter one.
beside = The video was sent as a message of its own. Should it not be here, the link opens it.
pictures-ready = { $count ->
    [one] 1 picture is ready for the next video: write what it is about.
   *[other] { $count } pictures are ready for the next video: write what it is about.
}

## Help

help-title = Write a sentence, and it becomes a video
help-example = For example: { $example }
pictures-discord = Attach them to /video, as image, image2 and so on: they are shown in that video.
pictures-telegram = Send them as photos with the sentence as their caption, or send them first and the sentence after.
verb-video = Make a video. A plain sentence does the same.
verb-image = Use pictures of your own in the next video.
verb-status = How a video is coming along.
verb-cancel = Stop making a video; what it cost comes back.
verb-again = The same sentence, a different take.
verb-script = What is said in a video.
verb-captions = The captions of a video.
verb-credits = Whose pictures and sounds a video uses.
verb-history = Your videos, newest first.
verb-plan = Your plan, what is left of it, and your credits.
verb-upgrade = What other plans offer.
verb-brand = Your logo, colours, and phrases to use or avoid.
verb-apikey = Keys for programs of your own.
verb-link = Use one account in several chats: get a code, or hand one in.
verb-save = Put a finished video on this machine.
verb-help = This list, or more about one command.
verb-quit = Leave the chat; videos go on being made.
verb-admin = For operators: accounts, jobs, queues, workers.

## What was not understood

usage = { $what } For example: { $example }
usage-video = What should the video be about?
usage-image = Which picture?
usage-page = A page is a number from 1 on.
usage-colours = Name one or two colours.
usage-require = Name the phrases every video must say.
usage-ban = Name the phrases no video may say.
usage-picture = Name a picture file.
usage-one-job = Name one video by its reference.
usage-alone = /{ $verb } stands alone.
not-a-reference = “{ $word }” is not a job reference. It is the short code on every card; /history lists yours.
nameless = A command has a name after the slash. /help lists them all.
unknown-near = There is no /{ $word }. Did you mean /{ $near }?
unknown = There is no /{ $word }. /help lists what there is; a plain sentence becomes a video.
open-quotation = A quotation is left open: add a closing { $mark } or leave the first out.
no-video-yet = You have not asked for a video yet: write what about.

## Telegram

unusable = I can use words and pictures. Write a sentence, and it becomes a video.
nothing-said = What should the video be about? For example: Why octopuses have three hearts
quit-here = There is nothing to leave here: write whenever you like. To hear nothing more, block the bot.
save-here = Your videos are here in the chat: open one and choose “Save”. /history lists them.
write-first = This is only for you: write to me in private first (t.me/{ $bot }), then ask again.
in-private = I have answered you in private.
took-too-long = This took too long, and I had to leave it. If /history does not show it, please send it again.
stopping = Being called off.

## Discord

no-words = This message has no words to make a video of. Use /video and say what it should be about.
not-here = That is not offered in this chat yet. /plan shows what your plan has.
old-button = This button is from another version of Cutline. Use /history to find the video it belongs to.
interrupted = I was interrupted before I could answer, and no video was asked for. Ask again; /history and /plan tell how things stand.
broken = Something went wrong on our side, and nothing was charged. Try again in a minute.

## Discord's hints while a command is typed: at most 100 characters

make-of-this = Make a video of this
hint-video = Make a video of one sentence.
hint-status = See how a video is coming along.
hint-cancel = Stop making a video; what it cost comes back.
hint-again = Make another take of the same sentence.
hint-script = Read what is said in a video.
hint-captions = Read the captions of a video.
hint-credits = See whose pictures and sounds a video uses.
hint-history = Look through your videos, newest first.
hint-plan = See your plan, what is left of it, and your credits.
hint-upgrade = See what other plans offer.
hint-brand = Your logo, colours, and phrases to use or avoid.
hint-brand-show = See your brand kit as it is.
hint-brand-colours = Set one or two colours.
hint-brand-require = Set the phrases that every video says or shows.
hint-brand-ban = Set the phrases that no video may say.
hint-brand-logo = Set your logo.
hint-brand-photo = Add a product photo; there can be five.
hint-brand-clear = Forget your brand kit.
hint-apikey = Get a key for programs of your own.
hint-link = Use one account in several chats: get a code, or hand one in.
hint-help = See what Cutline can do, or more about one command.
option-sentence = What it should be about, in any language: Why octopuses have three hearts
option-image = { $number ->
    [1] A picture of your own to show in it
   *[other] Another picture
}
option-video = Its reference, such as K7Q2M9; left out: your latest video
option-page = Which page; 1 is the newest
option-first = Such as #14532d
option-second = Such as #fde68a
option-phrases = { $path ->
    [brand-ban] One or more, with semicolons between: cheap; discount
   *[other] One or more, with semicolons between: Made by hand; Free shipping
}
option-picture = A PNG, JPEG, WebP or GIF
option-code = The code that the other chat showed; left out: get a code here
option-command = More about this command

## The terminal

line-next = Next in line
line-place = Number { $place } in line
line-done-in = { $place }, done in about { $clock }
no-such-choice = There is no choice { $number } just now. /help lists what can be asked.
not-in-terminal = That is not possible in the terminal.

## Pictures that do not arrive

attach-here = Attach the picture to the command.
picture-too-large = “{ $name }” is too large: { $most } MB is the most.
picture-not-kept = The picture could not be kept just now. Send it again in a minute.
picture-unreadable = “{ $name }” cannot be fetched. Send it once more.
send-picture-here = Send the picture itself here, as a photo or a file, with the command as its caption.
telegram-too-large = This file is larger than 20 MB, which is what Telegram hands to bots. Send it as a photo, or smaller.
telegram-refused = Telegram did not hand over the picture. Send it again in a minute.
telegram-slow = Telegram took too long over the picture. Send it again.
does-not-know-near = { $verb } does not know “{ $word }”. Did you mean { $verb } { $near }?
does-not-know = { $verb } does not know “{ $word }”. Try one of: { $known }.

## Operators

kind-admin = Operators
operator-yes = Do it
operator-no = Leave it
operator-left = Left as it is.
operator-ask = Do this?
operator-ask-how = It is done when you press the button, within ten minutes.
operator-too-long = This command is too long.
operator-answered = This question was answered already, is older than ten minutes, or is not yours. Say the command again if you still mean it.
operator-under-way = This is being done already. If nothing comes of it, press again in half a minute.
operator-not-done = { $why } The question stands: press the button again. What was done already is not done twice.
operator-not-one = This is no operators' command.
operator-away = The database does not answer, and nothing was done. Try again in a minute.
operator-closed = We are changing something.
usage-admin = What should be done?
usage-admin-worker = Which worker? /admin farm lists them.
usage-admin-whom = Whom?
usage-admin-person = A person is named by platform and user, with a colon between.
usage-admin-job = Which job?
usage-admin-plan = Which plan?
usage-admin-amount = How many credits? A whole number, negative to take some away.
usage-admin-letter = Which one? A job reference, or all.
usage-admin-switch = On or off?
admin-account = plan, credits, jobs of somebody (console:ada, discord:123)
admin-plan = put somebody on a plan
admin-credits = give credits, or take them where negative
admin-job = stages, times, costs, providers, error of a job
admin-retry = try a failed job once more
admin-cancel = stop anybody's job
admin-ban = refuse an account all requests
admin-unban = welcome it back
admin-queues = how many messages wait, and where
admin-farm = the workers, their hardware and load
admin-drain = let a worker finish what it has and take nothing new
admin-dead = dead letters
admin-dead-replay = put dead letters back into their queue
admin-dead-drop = throw dead letters away
admin-formats = how often each format was made
admin-spend = what was spent with providers
admin-maintenance = take no new requests, saying why; take them again

## The hints of Discord's /admin

hint-admin = For operators: accounts, jobs, queues, workers.
hint-admin-account = Plan, credits and jobs of somebody.
hint-admin-plan = Put somebody on a plan.
hint-admin-credits = Give credits, or take them where negative.
hint-admin-job = Stages, times, costs, providers and error of a job.
hint-admin-retry = Try a failed job once more.
hint-admin-cancel = Stop anybody's job.
hint-admin-ban = Refuse an account all requests.
hint-admin-unban = Welcome an account back.
hint-admin-queues = How many messages wait, and where.
hint-admin-farm = The workers: hardware, load, what they do.
hint-admin-drain = Let a worker finish what it has and take nothing new.
hint-admin-dead = Dead letters: list, replay, drop.
hint-admin-dead-list = Show the dead letters.
hint-admin-dead-replay = Put dead letters back into their queue.
hint-admin-dead-drop = Throw dead letters away.
hint-admin-formats = How often each format was made.
hint-admin-spend = What was spent with providers.
hint-admin-maintenance = Take no new requests, saying why; or take them again.
option-user = Somebody here
option-person_named = Or anybody, as telegram:123456
option-plan = Which plan
option-reason = { $path ->
    [admin-ban] Why; they are told
    [admin-credits] Why, for the books
   *[other] Why, for the audit log
}
option-amount = How many; negative takes some away
option-reference = Its reference, such as K7Q2M9
option-worker = Its name or id; /admin farm lists them
option-which = A job's reference, or all
option-on = On: no new requests
option-words = Said to whoever asks meanwhile
