using Yyc3.Connectors.RabbitMq.Receiving;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq.Units;

public sealed class TopicChannelsTests
{
    [Fact]
    public void Topic_is_not_swept_while_its_first_channel_is_being_opened()
    {
        var topic = new TopicChannels(1, static _ => { }, new FakeClock());
        Assert.True(topic.TryUse());
        Assert.False(topic.TryRetire());
        topic.EndUse();
        Assert.True(topic.TryRetire());
        Assert.False(topic.TryUse());
    }
}
