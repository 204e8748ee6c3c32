//! Worlds are apart from each other and see what a test leaves behind.

use anyhow::{Context, Result};
use cutline_tests::{World, world::Role};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};

async fn channel(world: &World) -> Result<(Connection, Channel)> {
    let url = world.amqp_url();
    let connection = Connection::connect(url.as_str(), ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok((connection, channel))
}

async fn send(channel: &Channel, queue: &str, kind: &str) -> Result<()> {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString(kind.into()));
    channel.queue_declare(queue.into(), QueueDeclareOptions::durable(), arguments).await?;
    let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
    channel.basic_publish("".into(), queue.into(), options, b"x", properties).await?.await?;
    Ok(())
}

#[tokio::test]
async fn two_worlds_share_neither_tables_nor_queues() -> Result<()> {
    let (one, other) = tokio::try_join!(World::start(), World::start())?;
    let sql = "CREATE TABLE public.of_this_world (n int)";
    one.database().owner().await?.batch_execute(sql).await?;
    let found = other.database().owner().await?;
    let found = found.query_one("SELECT to_regclass('public.of_this_world')::text", &[]).await?;
    assert_eq!(found.get::<_, Option<String>>(0), None);
    let (_connection, mine) = channel(&one).await?;
    send(&mine, "of_this_world", "classic").await?;
    assert_eq!(other.broker().depths().await?, []);
    assert_eq!(one.broker().depths().await?.len(), 1);
    one.finish().await?;
    other.finish().await
}

#[tokio::test]
async fn the_three_roles_log_in_and_none_is_the_owner() -> Result<()> {
    let world = World::start().await?;
    for role in [Role::Bots, Role::Farm, Role::Admin] {
        let client = cutline_tests::world::connect(world.database_url(role).as_str()).await?;
        let sql = "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb
                   FROM pg_roles WHERE rolname = current_user";
        assert!(!client.query_one(sql, &[]).await?.get::<_, bool>(0), "{role:?}");
    }
    world.finish().await
}

#[tokio::test]
async fn a_message_that_waits_or_is_in_somebodys_hands_is_a_leftover() -> Result<()> {
    let world = World::start().await?;
    let (_connection, channel) = channel(&world).await?;
    send(&channel, "jobs.standard", "quorum").await?;
    send(&channel, "events.console", "classic").await?;
    let held = channel.basic_get("events.console".into(), BasicGetOptions::default()).await?;
    held.context("what was sent")?;
    let left = world.finish().await.expect_err("two messages are left").to_string();
    assert!(left.contains("jobs.standard\", ready: 1, unacknowledged: 0"), "{left}");
    assert!(left.contains("events.console\", ready: 0, unacknowledged: 1"), "{left}");
    Ok(())
}
