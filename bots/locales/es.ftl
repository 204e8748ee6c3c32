## How a job stands, and what a card is about

kind-queued = En espera
kind-running = Haciéndose
kind-delivering = Casi listo
kind-done = Hecho
kind-failed = No salió
kind-cancelled = Cancelado
kind-history = Tus vídeos
kind-plan = Tu plan
kind-brand = Tu marca
kind-upload = Tu imagen
kind-link = Tus cuentas
kind-help = Ayuda
kind-script = Guion
kind-captions = Subtítulos
kind-credits = Créditos

## What a stage does

stage-intent = Entendiendo la frase
stage-arc = Buscando la historia
stage-shots = Planeando los planos
stage-script = Escribiendo el guion
stage-voice = Grabando la voz
stage-timing = Marcando el ritmo
stage-captions = Escribiendo los subtítulos
stage-motion = Planeando la cámara
stage-queries = Eligiendo qué mostrar
stage-imagery = Haciendo las imágenes
stage-render = Pintando y mezclando
stage-deliver = Entregándolo
stage-of = { $doing } ({ $number } de { $most })
getting-ready = Preparándose
time-left = { $doing } · quedan unos { $clock }
done-in = Listo en unos { $clock }
locked = { $label } (bloqueado): { $why }

## The end

ended-done = Tu vídeo { $job } está listo.
ended-failed = Tu vídeo { $job } no salió; la tarjeta dice por qué.
ended-cancelled = Tu vídeo { $job } se canceló.
too-large-link = El vídeo es demasiado grande para subirlo aquí; el enlace lo abre.
too-large = El vídeo es demasiado grande para subirlo aquí, y no hay enlaces configurados. Pide uno más corto.
beside = El vídeo se envió como mensaje aparte. Si no está aquí, el enlace lo abre.
pictures-ready = { $count ->
    [one] 1 imagen está lista para el próximo vídeo: escribe de qué trata.
   *[other] { $count } imágenes están listas para el próximo vídeo: escribe de qué trata.
}

## Help

help-title = Escribe una frase y se convierte en un vídeo
help-example = Por ejemplo: { $example }
pictures-discord = Adjúntalas a /video, como image, image2, etc.: se muestran en ese vídeo.
pictures-telegram = Envíalas como fotos con la frase como texto, o envíalas primero y la frase después.
verb-video = Hacer un vídeo. Una frase sin más hace lo mismo.
verb-image = Usar tus propias imágenes en el próximo vídeo.
verb-status = Cómo va un vídeo.
verb-cancel = Dejar de hacer un vídeo; lo que costó vuelve.
verb-again = La misma frase, otra versión.
verb-script = Lo que se dice en un vídeo.
verb-captions = Los subtítulos de un vídeo.
verb-credits = De quién son las imágenes y los sonidos de un vídeo.
verb-history = Tus vídeos, los más nuevos primero.
verb-plan = Tu plan, lo que queda de él y tus créditos.
verb-upgrade = Lo que ofrecen otros planes.
verb-brand = Tu logo, tus colores y las frases que usar o evitar.
verb-apikey = Claves para tus propios programas.
verb-link = Usar una sola cuenta en varios chats: pide un código o entrega uno.
verb-save = Guardar un vídeo terminado en este ordenador.
verb-help = Esta lista, o más sobre un comando.
verb-quit = Salir del chat; los vídeos se siguen haciendo.
verb-admin = Para operadores: cuentas, trabajos, colas y máquinas.

## What was not understood

usage = { $what } Por ejemplo: { $example }
usage-video = ¿De qué debe tratar el vídeo?
usage-image = ¿Qué imagen?
usage-page = Una página es un número a partir de 1.
usage-colours = Di uno o dos colores.
usage-require = Di las frases que debe decir cada vídeo.
usage-ban = Di las frases que ningún vídeo puede decir.
usage-picture = Di un archivo de imagen.
usage-one-job = Di un solo vídeo por su referencia.
usage-alone = /{ $verb } va sin nada más.
not-a-reference = “{ $word }” no es una referencia. Es el código corto de cada tarjeta; /history muestra los tuyos.
nameless = Un comando lleva un nombre después de la barra. /help los muestra todos.
unknown-near = No existe /{ $word }. ¿Querías decir /{ $near }?
unknown = No existe /{ $word }. /help muestra lo que hay; una frase sin más se convierte en un vídeo.
open-quotation = Hay unas comillas abiertas: ciérralas con { $mark } o quita las primeras.
no-video-yet = Todavía no has pedido ningún vídeo: escribe sobre qué.

## Telegram

unusable = Puedo usar palabras e imágenes. Escribe una frase y se convierte en un vídeo.
nothing-said = ¿De qué debe tratar el vídeo? Por ejemplo: Por qué los pulpos tienen tres corazones
quit-here = Aquí no hay nada de lo que salir: escribe cuando quieras. Para no recibir nada más, bloquea el bot.
save-here = Tus vídeos están aquí en el chat: abre uno y elige “Guardar”. /history los muestra.
write-first = Esto es solo para ti: escríbeme primero en privado (t.me/{ $bot }) y pídelo otra vez.
in-private = Te he contestado en privado.
took-too-long = Esto tardó demasiado y tuve que dejarlo. Si /history no lo muestra, envíalo otra vez, por favor.
stopping = Se está cancelando.

## Discord

no-words = Este mensaje no tiene palabras para hacer un vídeo. Usa /video y di de qué debe tratar.
not-here = Eso todavía no se ofrece en este chat. /plan muestra lo que tiene tu plan.
old-button = Este botón es de otra versión de Cutline. Usa /history para encontrar su vídeo.
interrupted = Me interrumpieron antes de poder contestar, y no se pidió ningún vídeo. Pídelo otra vez; /history y /plan dicen cómo está todo.
broken = Algo ha fallado por nuestra parte, y no se te ha cobrado nada. Inténtalo otra vez dentro de un minuto.

## Discord's hints while a command is typed: at most 100 characters

make-of-this = Hacer un vídeo de esto
hint-video = Hacer un vídeo de una frase.
hint-status = Ver cómo va un vídeo.
hint-cancel = Dejar de hacer un vídeo; lo que costó vuelve.
hint-again = Hacer otra versión de la misma frase.
hint-script = Leer lo que se dice en un vídeo.
hint-captions = Leer los subtítulos de un vídeo.
hint-credits = Ver de quién son las imágenes y los sonidos de un vídeo.
hint-history = Ver tus vídeos, los más nuevos primero.
hint-plan = Ver tu plan, lo que queda de él y tus créditos.
hint-upgrade = Ver lo que ofrecen otros planes.
hint-brand = Tu logo, tus colores y las frases que usar o evitar.
hint-brand-show = Ver tu marca como está.
hint-brand-colours = Elegir uno o dos colores.
hint-brand-require = Elegir las frases que todo vídeo dice o muestra.
hint-brand-ban = Elegir las frases que ningún vídeo puede decir.
hint-brand-logo = Elegir tu logo.
hint-brand-photo = Añadir una foto de producto; caben cinco.
hint-brand-clear = Olvidar tu marca.
hint-apikey = Conseguir una clave para tus propios programas.
hint-link = Usar una cuenta en varios chats: pide un código o entrega uno.
hint-help = Ver lo que sabe hacer Cutline, o más sobre un comando.
option-sentence = De qué trata, en cualquier idioma: Por qué los pulpos tienen tres corazones
option-image = { $number ->
    [1] Una imagen tuya que mostrar en él
   *[other] Otra imagen
}
option-video = Su referencia, como K7Q2M9; sin ella: tu último vídeo
option-page = Qué página; la 1 es la más nueva
option-first = Como #14532d
option-second = Como #fde68a
option-phrases = { $path ->
    [brand-ban] Una o más, separadas por punto y coma: barato; descuento
   *[other] Una o más, separadas por punto y coma: Hecho a mano; Envío gratis
}
option-picture = Un PNG, JPEG, WebP o GIF
option-code = El código que mostró el otro chat; sin él: consigue uno aquí
option-command = Más sobre este comando

## The terminal

line-next = El siguiente
line-place = Número { $place } de la cola
line-done-in = { $place }, listo en unos { $clock }
no-such-choice = Ahora mismo no hay opción { $number }. /help muestra lo que se puede pedir.
not-in-terminal = Eso no se puede en el terminal.

## Pictures that do not arrive

attach-here = Adjunta la imagen al comando.
picture-too-large = “{ $name }” es demasiado grande: { $most } MB es el máximo.
picture-not-kept = Ahora mismo no se pudo guardar la imagen. Envíala otra vez dentro de un minuto.
picture-unreadable = No se puede descargar “{ $name }”. Envíala otra vez.
send-picture-here = Envía aquí la imagen misma, como foto o archivo, con el comando como texto.
telegram-too-large = Este archivo pasa de 20 MB, que es lo que Telegram entrega a los bots. Envíalo como foto, o más pequeño.
telegram-refused = Telegram no entregó la imagen. Envíala otra vez dentro de un minuto.
telegram-slow = Telegram tardó demasiado con la imagen. Envíala otra vez.
does-not-know-near = { $verb } no conoce “{ $word }”. ¿Querías decir { $verb } { $near }?
does-not-know = { $verb } no conoce “{ $word }”. Prueba con: { $known }.

## Operators

kind-admin = Operadores
operator-yes = Hazlo
operator-no = Déjalo
operator-left = Se queda como está.
operator-ask = ¿Hacer esto?
operator-ask-how = Se hará cuando pulses el botón; tienes diez minutos.
operator-too-long = Esta orden es demasiado larga.
operator-answered = Esta pregunta ya tiene respuesta, tiene más de diez minutos o no es tuya. Da la orden otra vez si aún la quieres.
operator-under-way = Esto ya se está haciendo. Si no pasa nada, pulsa otra vez dentro de medio minuto.
operator-not-done = { $why } La pregunta sigue ahí: pulsa el botón otra vez. Lo que ya se hizo no se hace dos veces.
operator-not-one = Esto no es una orden de operador.
operator-away = La base de datos no responde, y no se ha hecho nada. Prueba otra vez en un minuto.
operator-closed = Estamos cambiando algo.
usage-admin = ¿Qué hay que hacer?
usage-admin-worker = ¿Qué máquina? /admin farm las muestra.
usage-admin-whom = ¿A quién?
usage-admin-person = A una persona se la nombra por plataforma y usuario, con dos puntos en medio.
usage-admin-job = ¿Qué trabajo?
usage-admin-plan = ¿Qué plan?
usage-admin-amount = ¿Cuántos créditos? Un número entero, negativo para quitar.
usage-admin-letter = ¿Cuál? La referencia de un trabajo, o all.
usage-admin-switch = ¿on u off?
admin-account = plan, créditos y trabajos de alguien (console:ada, discord:123)
admin-plan = pone a alguien en un plan
admin-credits = da créditos, o los quita si es negativo
admin-job = etapas, tiempos, costes, proveedores y error de un trabajo
admin-retry = intenta otra vez un trabajo fallido
admin-cancel = para el trabajo de cualquiera
admin-ban = rechaza todas las peticiones de una cuenta
admin-unban = le da la bienvenida de nuevo
admin-queues = cuántos mensajes esperan, y dónde
admin-farm = las máquinas, su hardware y su carga
admin-drain = deja que una máquina termine lo que tiene y no acepte más
admin-dead = mensajes muertos
admin-dead-replay = devuelve mensajes muertos a su cola
admin-dead-drop = tira mensajes muertos
admin-formats = cuántas veces se hizo cada formato
admin-spend = lo que se gastó en proveedores
admin-maintenance = no acepta peticiones nuevas, y dice por qué; las vuelve a aceptar

## The hints of Discord's /admin

hint-admin = Para operadores: cuentas, trabajos, colas, máquinas.
hint-admin-account = Plan, créditos y trabajos de alguien.
hint-admin-plan = Pon a alguien en un plan.
hint-admin-credits = Da créditos, o quítalos si es negativo.
hint-admin-job = Etapas, tiempos, costes, proveedores y error de un trabajo.
hint-admin-retry = Intenta otra vez un trabajo fallido.
hint-admin-cancel = Para el trabajo de cualquiera.
hint-admin-ban = Rechaza todas las peticiones de una cuenta.
hint-admin-unban = Da la bienvenida de nuevo a una cuenta.
hint-admin-queues = Cuántos mensajes esperan, y dónde.
hint-admin-farm = Las máquinas: hardware, carga, qué hacen.
hint-admin-drain = Deja que una máquina termine lo que tiene y no acepte más.
hint-admin-dead = Mensajes muertos: ver, devolver, tirar.
hint-admin-dead-list = Ver los mensajes muertos.
hint-admin-dead-replay = Devuelve mensajes muertos a su cola.
hint-admin-dead-drop = Tira mensajes muertos.
hint-admin-formats = Cuántas veces se hizo cada formato.
hint-admin-spend = Lo que se gastó en proveedores.
hint-admin-maintenance = No aceptes peticiones nuevas y di por qué; o vuelve a aceptarlas.
option-user = Alguien de aquí
option-person_named = O cualquiera, como telegram:123456
option-plan = Qué plan
option-reason = { $path ->
    [admin-ban] Por qué; se le dirá
    [admin-credits] Por qué, para los libros
   *[other] Por qué, para el registro
}
option-amount = Cuántos; un número negativo los quita
option-reference = Su referencia, como K7Q2M9
option-worker = Su nombre o identificador; /admin farm las muestra
option-which = La referencia de un trabajo, o all
option-on = Sí: no se aceptan peticiones nuevas
option-words = Lo que se dice a quien pida algo mientras tanto
