// A small bot on discord.js, which nobody here wrote: if it can talk with the stand-in, the stand-in
// speaks as Discord does. Says on standard output what it does, a line each.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { DISCORD_API, DISCORD_TOKEN, CLIENT_MODULES } = process.env;
const require = createRequire(join(CLIENT_MODULES, 'package.json'));
const {
  ActionRowBuilder,
  ApplicationCommandType,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  EmbedBuilder,
  Events,
  MessageFlags,
  SlashCommandBuilder,
} = require('discord.js');

const say = (line) => console.log(line);
const client = new Client({
  intents: [],
  rest: { api: `${DISCORD_API}/api`, retries: 2 },
  allowedMentions: { parse: [], repliedUser: false },
});

const commands = [
  new SlashCommandBuilder()
    .setName('film')
    .setDescription('Make a film')
    .addStringOption((option) =>
      option.setName('title').setDescription('Its title').setRequired(true).setAutocomplete(true),
    )
    .addAttachmentOption((option) => option.setName('picture').setDescription('A picture')),
  { name: 'Film this', type: ApplicationCommandType.Message },
];

const buttons = new ActionRowBuilder().addComponents(
  new ButtonBuilder().setCustomId('stop').setLabel('Stop').setStyle(ButtonStyle.Danger),
  new ButtonBuilder().setURL('https://example.test/v/1').setLabel('Watch').setStyle(ButtonStyle.Link),
);

// What is attached stays until the list of attachments leaves it out.
async function stills(interaction, embed) {
  const names = (shown) => [...shown.attachments.values()].map((a) => a.name).join(', ') || 'none';
  const sheet = new AttachmentBuilder(Buffer.from('four stills'), { name: 'sheet.jpg' });
  await interaction.editReply({ files: [sheet], attachments: [] });
  const kept = await interaction.editReply({ embeds: [embed] });
  const gone = await interaction.editReply({ embeds: [embed], attachments: [] });
  say(`kept ${names(kept)}, then ${names(gone)}`);
}

async function film(interaction) {
  await interaction.deferReply();
  const picture = interaction.options.getAttachment('picture');
  const embed = new EmbedBuilder()
    .setTitle(interaction.options.getString('title'))
    .setDescription(picture ? `with ${picture.name}, ${picture.size} bytes` : 'without a picture')
    .setColor(0x2563eb)
    .setFooter({ text: 'being made' });
  const message = await interaction.editReply({ embeds: [embed], components: [buttons] });
  say(`edited ${message.id}`);
  if (picture) await stills(interaction, embed);
  const file = new AttachmentBuilder(Buffer.from('the film itself'), { name: 'film.mp4' });
  const sent = await interaction.followUp({ content: 'Here it is', files: [file] });
  say(`uploaded ${[...sent.attachments.values()].map((a) => `${a.name} ${a.size}`).join(', ')}`);
  await interaction.followUp({ content: 'For you alone', flags: MessageFlags.Ephemeral });
  say('whispered');
}

client.on(Events.InteractionCreate, async (interaction) => {
  try {
    if (interaction.isAutocomplete()) {
      const typed = interaction.options.getFocused();
      await interaction.respond([{ name: `${typed}!`, value: typed }]);
      say('suggested');
    } else if (interaction.isChatInputCommand()) {
      await film(interaction);
    } else if (interaction.isMessageContextMenuCommand()) {
      await interaction.reply(`You said: ${interaction.targetMessage.content}`);
      say('replied');
    } else if (interaction.isButton()) {
      await interaction.deferUpdate();
      await interaction.editReply({ content: 'Stopped', embeds: [], components: [] });
      say('stopped');
    }
  } catch (error) {
    say(`failed: ${error.code} ${error.message}`);
  }
});

client.on(Events.ShardResume, () => say('resumed'));
client.on(Events.ShardDisconnect, () => say('disconnected'));
client.on(Events.Error, (error) => say(`error: ${error.message}`));
client.rest.on('rateLimited', (limit) => say(`limited ${limit.scope} ${limit.retryAfter}`));
client.once(Events.ClientReady, async () => {
  await client.application.commands.set(commands);
  say(`ready as ${client.user.username}`);
});
process.on('SIGTERM', () => client.destroy().then(() => process.exit(0)));
await client.login(DISCORD_TOKEN);
