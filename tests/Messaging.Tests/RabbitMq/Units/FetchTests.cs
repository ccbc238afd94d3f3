using RabbitMQ.Client;
using Yyc3.Connectors.RabbitMq.Receiving;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq.Units;

public sealed class FetchTests
{
    [Fact]
    public void Content_beyond_the_room_is_not_kept()
    {
        var fetch = new Fetch("1", most: 4, room: 100, wasCounted: true, startedAt: 0);
        Add(fetch, 1, 60);
        Add(fetch, 2, 40);
        Add(fetch, 3, 1);
        Add(fetch, 4, 50);

        Assert.Equal([60, 40, null, null], fetch.Take().Select(message => message.Body?.Length));
        Assert.Equal([60, 40, 1, 50], fetch.Take().Select(message => message.Size));
    }

    [Fact]
    public void First_message_is_kept_whatever_its_size()
    {
        var fetch = new Fetch("1", most: 2, room: 100, wasCounted: true, startedAt: 0);
        Add(fetch, 1, 1000);
        Assert.Equal(1000, Assert.Single(fetch.Take()).Body?.Length);
    }

    private static void Add(Fetch fetch, ulong tag, int size) =>
        fetch.Add(tag, isRedelivered: false, new BasicProperties(), new byte[size]);
}
