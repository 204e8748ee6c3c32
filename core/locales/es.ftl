## Times and amounts

credits = { $count ->
    [one] 1 crédito
   *[other] { $count } créditos
}
videos = { $count ->
    [one] 1 vídeo
   *[other] { $count } vídeos
}
in-seconds = { $count ->
    [one] dentro de 1 segundo
   *[other] dentro de { $count } segundos
}
in-minutes = { $count ->
    [one] dentro de 1 minuto
   *[other] dentro de { $count } minutos
}
in-hours = { $count ->
    [one] dentro de 1 hora
   *[other] dentro de { $count } horas
}
in-days = { $count ->
    [one] dentro de 1 día
   *[other] dentro de { $count } días
}
month = { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
}
month-short = { $month ->
    [1] ene
    [2] feb
    [3] mar
    [4] abr
    [5] may
    [6] jun
    [7] jul
    [8] ago
    [9] sep
    [10] oct
    [11] nov
   *[12] dic
}
date = { $day } de { $month } de { $year }
date-at = { $date }, { $clock }
date-short = { $day } { $month } { $clock }
moment = { $when } UTC ({ $until })
until-utc = { $date }, { $clock } UTC

## A job's card

queue-next = Es el siguiente de la cola.
queue-place = Número { $place } de la cola.
queue-somewhere = En la cola.
started-over = Tuvo que volver a empezar y perdió poco: lo ya hecho se conserva.
being-called-off = Se está cancelando.
try-of-three = Intento { $try } de 3; lo ya hecho se conserva.
called-off = Cancelado.
nothing-left-to-call-off = Ya no quedaba nada que cancelar.
asked-for = Lo que pediste: { $sentence }
no-longer-kept = Este vídeo ya no se conserva. Pulsa Otra vez para hacer otra versión.
kept-until = Se conserva hasta el { $date } ({ $until }).
watch = Ver
failed = El vídeo no se pudo hacer. Inténtalo de nuevo; si vuelve a pasar, dilo con otras palabras.
set-aside = Apartado para él: { $credits }.
month-not-counted = No cuenta entre los vídeos de este mes.
came-back = Se te devolvió lo apartado: { $credits }.

button-cancel = Cancelar
button-cancel-locked = Ya se está cancelando.
button-again = Otra vez
button-again-paid = Otra vez ({ $credits })
button-script = Guion
button-captions = Subtítulos
button-credits = Créditos
button-newer = Más nuevos
button-older = Más antiguos
button-brand = Marca
button-uploads = Imágenes propias
button-pin-format = Fijar formato
button-api-key = Clave de API
button-cartoon = Dibujo que habla
button-studio = Foto que habla
button-cinematic = Película que habla
button-plans = Planes

## History

history-title = Tus vídeos
history-none = Todavía ninguno. Escribe una frase y se convierte en uno.
history-no-older = No hay más antiguos.
history-waiting = en espera
history-expired = hecho, caducado
history-done = hecho
history-done-length = hecho, { $length }
history-failed = falló
history-called-off = cancelado
no-videos = Todavía no hay vídeos
no-videos-yet = Escribe una frase y se convierte en uno.

## Script, captions, pictures

script-title = Guion: { $title }
captions-title = Subtítulos: { $title }
pictures-title = Imágenes: { $title }
pictures-shot = Plano { $shot }: { $source }
pictures-drawn = Todo lo que se ve en este vídeo se dibujó para él.

## Refusals

out-of-order = Ahora mismo no funcionamos, y no se te ha cobrado nada. Inténtalo otra vez dentro de un minuto; la misma petición nunca se hace dos veces.
banned = Esta cuenta no admite nuevas peticiones: { $reason }. Los vídeos que tienes siguen donde están. Si crees que es un error, escribe a los operadores de este servicio.
maintenance = De momento no se aceptan peticiones nuevas: { $message }. No se te ha cobrado nada, y los vídeos en marcha continúan. Vuelve a pedirlo un poco más tarde.
too-often-generate = Has pedido { $most } vídeos en una hora, y ese es el máximo. No se te ha cobrado nada; vuelve a pedirlo a las { $again }.
too-often-upload = Has enviado { $most } imágenes en una hora, y ese es el máximo. No se te ha cobrado nada; vuelve a enviarlas a las { $again }.
too-often-status = Has mirado { $most } veces en un minuto, y ese es el máximo. No se te ha cobrado nada; vuelve a mirar a las { $again }.
feature-brand-kit = Guardar una marca
feature-uploads = Usar tus propias imágenes
feature-cartoon = Un dibujo que habla
feature-studio = Una foto que habla
feature-cinematic = Una película que habla
feature-api-keys = Una clave de API
feature-pinned-format = Elegir el formato
feature-video = Este vídeo
needs-plan = { $feature } forma parte del plan { $plan }.
needs-plan-or-above = { $feature } forma parte del plan { $plan } y de los superiores.
uploads-need-plan = { $feature } viene con el plan { $plan } y con los superiores.
not-in-plan = { $needs } Tienes { $plan }; no se te ha cobrado nada. Mira /upgrade, o pídelo sin eso.
one-at-once = Ya tienes un vídeo en marcha, y el plan { $plan } hace 1 a la vez. Espera a que termine (/status lo dice) o cancélalo (/cancel).
many-at-once = Ya tienes vídeos en marcha, y el plan { $plan } hace { $most } a la vez. Espera a que termine uno (/status lo dice) o cancela uno (/cancel).
more-at-once = El plan { $plan } hace { $most } a la vez.
month-used-up = Has gastado lo de este mes ({ $videos }) del plan { $plan }. El mes siguiente empieza el { $next }. Hasta entonces un vídeo cuesta { $price }, y tienes { $wallet }.
more-a-month = El plan { $plan } tiene { $most } al mes.
no-monthly-limit = El plan { $plan } no tiene límite mensual.
credits-missing = { $feature } cuesta { $price }, y tienes { $wallet }. No se te ha cobrado nada. Consigue { $missing } más, o pide un vídeo sin personajes que hablen.
photo-needed = Una foto solo puede hablar si hay una: envíala junto con tu frase (una sola cara, de frente). No se ha cobrado nada.
not-offered = { $feature } todavía no se puede hacer aquí. No se te ha cobrado nada; pide el vídeo sin eso.
unknown-upload = Esta imagen no está (o ya no está). Envíala de nuevo y vuelve a pedirlo.
no-such-job = No tienes ningún vídeo { $job }. Revisa las letras, o busca los tuyos en /history.
no-script-ever = { $job } no tiene guion: terminó sin vídeo. /again hace otro.
no-captions-ever = { $job } no tiene subtítulos: terminó sin vídeo. /again hace otro.
no-credits-ever = { $job } no tiene créditos: terminó sin vídeo. /again hace otro.
no-script-yet = { $job } todavía no tiene guion: se está haciendo. /status dice más.
no-captions-yet = { $job } todavía no tiene subtítulos: se está haciendo. /status dice más.
no-credits-yet = { $job } todavía no tiene créditos: se está haciendo. /status dice más.
expired = El vídeo { $job } se conservó hasta el { $until } y ya no está. /again { $job } hace otra versión.
too-many-images = Son { $count } imágenes; usa { $most } como mucho.

## The sentence

sentence-far-too-long = La frase es larguísima: déjala en { $most } caracteres como mucho.
sentence-empty = La frase está vacía: escribe de qué debe tratar el vídeo.
sentence-too-short = La frase es demasiado corta: usa al menos { $least } caracteres.
sentence-too-long = La frase es demasiado larga ({ $characters } caracteres): déjala en { $most } como mucho.
sentence-wordless = La frase no tiene palabras: escribe con letras de qué debe tratar el vídeo.
sentence-instructions = La frase parece una orden al programa y no un tema: di de qué debe tratar el vídeo.
sentence-control = La frase contiene caracteres de control o saltos de línea: escríbela en una sola línea.
sentence-direction = La frase contiene marcas que cambian la dirección del texto: quítalas y escríbela tal cual.
sentence-invisible = La frase contiene caracteres invisibles: quítalos y escríbela tal cual.
sentence-minors = De este tema no se puede hacer un vídeo: el contenido sexual con menores nunca está permitido.
sentence-self-harm = De este tema no se puede hacer un vídeo. Si piensas en hacerte daño, por favor habla con alguien ahora: findahelpline.com reúne ayuda gratuita en tu país.
sentence-harm = De este tema no se puede hacer un vídeo porque pregunta cómo hacer daño a otras personas: pregunta por su historia, su ciencia o su prevención.
sentence-policy = De esta frase no se puede hacer un vídeo: nuestra política de contenidos no lo permite. No se ha cobrado nada. Con otras palabras, o con otro tema, puede que sí.

## A phrase that videos are to say

phrase-too-short = “{ $phrase }” es demasiado corta: usa al menos { $least } caracteres.
phrase-too-long = “{ $phrase }” es demasiado larga: déjala en { $most } caracteres como mucho.
phrase-wordless = “{ $phrase }” no tiene palabras: escríbela con letras.
phrase-instructions = “{ $phrase }” parece una orden al programa: escríbela como algo que se dice.
phrase-unseen = “{ $phrase }” contiene saltos de línea o caracteres que no se ven: quítalos y escríbela tal cual.
phrase-content = “{ $phrase }” no se puede decir en un vídeo: quítala.
phrase-self-harm = “{ $phrase }” no se puede decir en un vídeo. Si piensas en hacerte daño, por favor habla con alguien ahora: findahelpline.com reúne ayuda gratuita en tu país.

## A picture

picture-too-long = El archivo tiene { $megabytes } MB; se pueden usar { $most } MB como mucho.
picture-unknown = Esto no es una imagen PNG, JPEG, WebP o GIF.
picture-cut-off = La imagen está cortada. Guárdala o descárgala otra vez y vuelve a enviarla.
picture-too-large = La imagen tiene { $width }×{ $height } píxeles; usa una de { $most } píxeles por lado como mucho.
picture-too-small = La imagen tiene { $width }×{ $height } píxeles y es demasiado pequeña para mostrarla; usa una de al menos { $least }.

## Brand kit

brand-title = Tu marca
brand-empty = Tu marca está vacía
brand-none = nada
brand-logo = Logotipo: { $logo }
brand-photos = Fotos: { $count } de { $most }
brand-colours = Colores: { $colours }
brand-always = Se dice siempre: { $phrases }
brand-never = No se dice nunca: { $phrases }
brand-photos-full = La marca tiene { $most } fotos, que es el máximo. Vacíala con /brand clear y añade las que quieras conservar.
brand-both = “{ $phrase }” sería obligatoria y prohibida a la vez: quita una de las dos.
brand-colours-full = Una marca tiene { $most } colores como mucho.
brand-no-colour = “{ $colour }” no es un color: escríbelo como #rrggbb, por ejemplo #0a84ff.
brand-phrase-length = Una frase tiene de 1 a { $most } caracteres.
brand-phrase-control = Una frase no tiene caracteres de control.
brand-phrases-full = Se pueden guardar { $most } frases como mucho.

## Plan, month, credits

plan-title = Tu plan: { $plan }
plan-until = Hasta el { $until }.
plan-month = { $used } de { $videos } usados este mes; el mes siguiente empieza el { $next }.
plan-month-unlimited = { $videos } este mes, sin límite.
plan-wallet = { $credits }.
plan-wallet-held = { $credits }, y en reserva para vídeos en marcha: { $held }.
plans-title = Los planes
plans-own = { $plan } (el tuyo): { $gives }
plans-other = { $plan }: { $gives }
plans-everything = El tuyo lo tiene todo.
plans-how = Aquí todavía no se puede pagar: pide a los operadores de este servicio que cambien tu plan o te den créditos. Un crédito compra un vídeo más allá de los del mes.
plans-buy = Un crédito compra un vídeo más allá de los del mes, o un personaje que habla: cómpralos en el enlace. Para otro plan, pregunta a los operadores de este servicio.
link-buy = Comprar créditos
gives-a-month = { $videos } al mes
gives-unlimited = vídeos sin límite
gives-seconds = hasta { $seconds } s
gives-end-card = { $size } con una tarjeta final
gives-at-once = { $count } a la vez
gives-brand = marca e imágenes propias
gives-talking = dibujos y fotos que hablan, claves de API, formato fijo
gives-films = películas que hablan
gives-ahead = delante en la cola
moved-given = recibido: { $credits } ({ $reason })
moved-bought = comprado: { $credits }
moved-payment-returned = retirado: { $credits } (el pago se devolvió)
moved-dispute-won = recibido otra vez: { $credits } (el pago volvió)
moved-held = en reserva para { $job }: { $credits }
moved-taken = retirado: { $credits } ({ $reason })
moved-spent = gastado en { $job }: { $credits }
moved-back = devuelto de { $job }: { $credits }
moved-month-held = uno de los vídeos del mes apartado para { $job }
moved-month-used = uno de los vídeos del mes usado para { $job }
moved-month-back = uno de los vídeos del mes devuelto de { $job }
moved-a-video = un vídeo

## Keys and linked chats

api-key-title = Tu nueva clave de API
api-key-once = Guárdala ahora: solo se muestra esta vez.
link-title = Enlaza otro chat con esta cuenta
link-how = En el otro chat, en menos de diez minutos: /link { $code }
link-what = Ese chat tendrá entonces el plan, los créditos y los vídeos de esta cuenta. No enseñes el código a nadie.
linked-title = Enlazado
linked = Este chat tiene ahora el plan, los créditos y los vídeos de esa cuenta.
linked-already-title = Ya estaba enlazado
linked-already = Este chat ya tiene esa cuenta.
link-unknown = Este código no se conoce, o tiene más de diez minutos. Pide uno nuevo con /link en el otro chat.
link-in-use = Este chat tiene una cuenta propia con créditos, un plan o vídeos en marcha, y al enlazarlo se perderían. Haz el código aquí y escríbelo en el otro chat; o pídeselo a los operadores de este servicio.
link-too-many = Se probaron demasiados códigos. Inténtalo otra vez a las { $again }.

## Why there is no video

failed-ours = El vídeo no se pudo hacer por un fallo nuestro. No se te ha cobrado nada: lo que tenía reservado ha vuelto. Inténtalo otra vez dentro de un rato.
failed-too-long = Hacer este vídeo tardó más de lo que permitimos. No se te ha cobrado nada: lo que tenía reservado ha vuelto. Una frase más corta o más sencilla suele funcionar.
failed-gate = El vídeo terminado no pasó nuestro control de calidad, ni siquiera al hacerlo de nuevo. No se te ha cobrado nada: lo que tenía reservado ha vuelto. Si lo pides otra vez, se hace otra versión.
failed-worker-lost = La máquina que hacía este vídeo se paró tres veces. No se te ha cobrado nada. Inténtalo otra vez dentro de unos minutos; si vuelve a pasar, acorta la frase.
failed-plan-limit = El vídeo salió más largo o más grande de lo que permite tu plan, y el error es nuestro. No se te ha cobrado nada; inténtalo otra vez.
failed-brand = Las frases que prohíbe tu marca no dejan nada que decir en este vídeo. Cámbialas con /brand ban, o pide otro vídeo.
failed-picture = Una de las imágenes no se pudo usar. Guárdala o descárgala otra vez, vuelve a enviarla y pídelo de nuevo.
failed-film-blocked = El servicio de películas rechaza lo que se dice aquí, incluso con palabras más suaves. Pídelo otra vez sin violencia, personas reales, marcas ni nada peligroso, o quita «cinematográfico»: entonces se dibuja aquí. No se ha cobrado nada.
failed-photo-blocked = El servicio que hace hablar a las fotos rechaza esta foto o estas palabras. Envía otra foto o dilo de otra manera. No se ha cobrado nada.
failed-photo-unfit = Esta foto no puede hablar: tiene que mostrar una sola cara, de frente, clara y no demasiado pequeña. Envía otra. No se ha cobrado nada.
failed-talker = Esta vez no se pudo hacer la película. No se ha cobrado nada; inténtalo más tarde o pide un personaje dibujado: quita la foto o la palabra «cinematográfico».

## What to know about a finished video

notice-unverified = Sin verificar: no todo lo que se dice se apoya en una fuente.
notice-not-written = Aquí todavía no se escribe en { $language }, así que la narración está en inglés.
notice-not-spoken = Ninguna voz de esta máquina habla { $language }: las palabras se muestran y no se dicen.
notice-silent = Ninguna voz de esta máquina habla { $language }: el vídeo tiene subtítulos y música, y nadie habla.
notice-lines-silent = { $lines } de { $of } frases no se pudieron decir.
notice-outline-wrote = Ningún modelo de lenguaje dio un guion útil a tiempo: este lo escribió un esquema más sencillo. Con otra versión puede salir mejor.
notice-voice-missing = La voz neuronal no está instalada: en su lugar habla espeak-ng, que suena mecánico.
notice-voice-foreign = La voz neuronal no habla { $language }: en su lugar habla espeak-ng, que suena mecánico.
notice-voice-failed = La voz neuronal falló en { $lines } de { $of } frases: en su lugar habla espeak-ng, que suena mecánico.
notice-longer = Pediste { $asked } segundos; solo las palabras duran { $spoken }.
notice-shorter = Pediste { $asked } segundos; no hay más que decir, y dura { $spoken }.
notice-at-most = Aquí los vídeos duran { $seconds } segundos como mucho; este dura eso.
notice-at-least = Los vídeos duran al menos { $seconds } segundos.
notice-drawn-instead = Una película que habla necesita un servicio que aquí no está configurado, o más de lo que tienen tu plan y tus créditos: va dibujada, y se cobra como dibujo.
notice-shown-instead = Una foto que habla necesita un servicio que aquí no está configurado, o más de lo que tienen tu plan y tus créditos: la cuenta un narrador.
notice-ten-items = { $count } puntos no caben en un vídeo corto; aquí hay diez.
language = { $tag ->
    [ar] árabe
    [bn] bengalí
    [cs] checo
    [de] alemán
    [el] griego
    [en] inglés
    [es] español
    [fa] persa
    [fr] francés
    [he] hebreo
    [hi] hindi
    [it] italiano
    [ja] japonés
    [ko] coreano
    [nl] neerlandés
    [pl] polaco
    [pt] portugués
    [ru] ruso
    [sv] sueco
    [ta] tamil
    [th] tailandés
    [tr] turco
    [uk] ucraniano
    [ur] urdu
    [vi] vietnamita
    [zh] chino
   *[other] este idioma
}

## Operators

workers = { $count ->
    [one] 1 máquina
   *[other] { $count } máquinas
}
letters = { $count ->
    [one] 1 mensaje muerto
   *[other] { $count } mensajes muertos
}
messages = { $count ->
    [one] 1 mensaje
   *[other] { $count } mensajes
}
consumers = { $count ->
    [one] 1 consumidor
   *[other] { $count } consumidores
}
job-state = { $state ->
    [queued] en espera
    [running] en marcha
    [delivering] entregándose
    [done] terminado
    [failed] fallido
   *[cancelled] cancelado
}
admin-not-allowed = Eso solo lo pueden hacer los operadores de este servicio. En /help está lo que puedes hacer tú.
admin-switched-off = Las órdenes de operador están apagadas aquí: pon CUTLINE_DATABASE_ADMIN_URL y arranca el programa de nuevo.
admin-broker = El bróker no responde ({ $why }). Prueba otra vez en un minuto.
admin-no-job = No hay ningún trabajo { $job }.
admin-nobody = Aquí no ha estado nadie llamado { $person } todavía.
admin-plan-changed = Plan cambiado
admin-credits-now = Ahora { $credits }
admin-credits-before = Ya estaba hecho; ahora { $credits }
admin-credits-few = Tiene { $credits }: no se le pueden quitar tantos.
admin-credits-range = Da o quita entre 1 y 1 000 000 000 créditos.
admin-credits-key = Esta orden ya se usó para otro cambio.
admin-account-gone = La cuenta ya no existe.
admin-not-failed = { $job } está { $state }: solo se repite un trabajo fallido o cancelado.
admin-retried = { $job } se intenta de nuevo como { $again }
admin-retried-free = Sin coste para su dueño, que se enterará cuando esté.
admin-cancelled = { $job } está cancelado
admin-stopping = { $job }: su máquina tiene orden de parar
admin-ended = { $job } ya estaba { $state }
admin-ban-why = Di por qué: se le dirá.
admin-banned = Bloqueado
admin-unbanned = Bienvenido de nuevo
admin-no-worker = Ninguna máquina se llama { $worker }. /admin farm las muestra.
admin-draining = Se retiran: { $workers }
admin-draining-how = No aceptan más trabajos, terminan o devuelven los que tienen, y acaban.
admin-replayed = { $letters }: de vuelta a la cola
admin-dropped = { $letters }: a la basura
admin-closed-why = Di por qué: se le dirá a la gente.
admin-open = Se vuelven a aceptar peticiones
admin-closed = No se aceptan peticiones nuevas
admin-closed-told = A la gente se le dice: { $message }
admin-closed-rest = Los trabajos en marcha siguen.

## What operators look at

admin-none = nada
admin-account = Cuenta { $account }, desde el { $date }
admin-reached = Llega desde: { $identities }
admin-plan = Plan: { $plan }
admin-plan-until = { $plan } hasta el { $at }
admin-plan-given = { $plan } (dado; paga { $paid })
admin-used = { $videos } este mes, { $live } en marcha
admin-wallet = { $credits }, { $held } apartados
admin-is-banned = BLOQUEADO: { $reason }
admin-jobs = Trabajos: { $jobs }
admin-job = { $job }: { $state }
admin-job-ids = Trabajo { $id }, cuenta { $account }
admin-job-how = { $plan }, { $mode }, cola { $queue }, intento { $try } de 3, testigo { $token }
admin-job-asked = pedido el { $at }
admin-job-started = empezado a los { $ms } ms
admin-job-lasted = terminado { $ms } ms después
admin-job-worker = En { $worker }
admin-job-called-off = Su dueño lo ha cancelado.
admin-job-stage = Etapa { $stage }, { $percent } %
admin-job-hold = Reserva: { $hold }; proveedores: { $cost }
admin-job-hold-back = Reserva: { $hold }, devuelta; proveedores: { $cost }
admin-job-try = intento { $try } · { $stage } · { $ms } ms · { $cost }
admin-job-try-resumed = intento { $try } · { $stage } · { $ms } ms, ya guardada · { $cost }
admin-job-shot = plano { $shot } · { $provider } · { $licence }
admin-job-call = llamada { $call } · { $state } · { $cost } · { $request }
admin-no-request = sin identificador
admin-nothing-said = no se dijo nada
admin-queues = Colas
admin-queue = { $queue }: { $waiting } en espera, { $running } en marcha
admin-queue-old = { $queue }: { $waiting } en espera, el más antiguo desde hace { $age } s, { $running } en marcha
admin-idle = Nada espera, nada está en marcha.
admin-outbox = salida: { $messages }
admin-outbox-old = salida: { $messages }, el más antiguo desde hace { $age } s
admin-maintenance = MANTENIMIENTO: { $message }
admin-depth = bróker, { $queue }: { $ready } listos, { $consumers }
admin-broker-silent = El bróker no responde: { $why }.
admin-no-workers = No se ha visto ninguna en la última hora: no se hace ningún vídeo.
admin-worker = { $name } · { $busy } de { $slots } ocupados · vista hace { $seen } s, desde el { $since }
admin-worker-draining = { $name } · { $busy } de { $slots } ocupados, retirándose · vista hace { $seen } s, desde el { $since }
admin-letter-jobless = ningún trabajo
admin-no-letters = Cada mensaje encontró su máquina.
admin-formats = Formatos de los últimos 30 días
admin-format = { $format }: { $videos }, { $failed } fallidos
admin-no-formats = No se hizo ninguno.
admin-spend = Gasto en proveedores en 30 días
admin-spent = { $cost } por { $videos }
