using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing.Conformance.Messaging;

namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>
/// What every connector with <c>messaging.send</c> and <c>messaging.receive</c> must do. Subclass it, open the connector in
/// <see cref="MessagingSuite.Open"/>, and override the properties in which the provider differs.
/// </summary>
public abstract class MessagingTests : MessagingSettleTests
{
    [Fact]
    public async Task Check_finds_a_provider_that_is_there_healthy() =>
        Assert.True((await Connector.CheckAsync(Token)).IsHealthy);

    [Fact]
    public async Task Confirmed_messages_and_acknowledgements_survive_reopening()
    {
        var topic = await NewTopicAsync();
        await Sender.SendAsync(topic, [Text("a", "k"), Text("b", "k"), Text("c", "k")], Token);
        var handled = await ReceiveOneAsync(topic, lease: ShortLease);
        await Receiver.AcknowledgeAsync([handled.Receipt], Token);

        await ReopenAsync();

        Assert.Equal(["b", "c"], (await ReceiveAsync(topic, 2)).Select(Read));
        await AssertNothingAsync(topic);
    }

    [Fact]
    public async Task Two_open_instances_share_topics_and_groups()
    {
        var topic = await NewTopicAsync();
        var other = Open();
        await SendAsync(topic, "a");
        await ((IMessageSender)other).SendAsync(topic, [Text("b")], Token);
        var received = await ReceiveAsync(topic, 2);
        Assert.Equal(["a", "b"], received.Select(Read).Order(StringComparer.Ordinal));
        Assert.Equal(2, received.Select(message => message.MessageId).Distinct(StringComparer.Ordinal).Count());
        await CloseAsync(other);
    }

    [Fact]
    public async Task Receipt_of_another_integration_means_nothing_here()
    {
        var outcomes = await Receiver.ExtendAsync(["bm90IGEgcmVjZWlwdA==", ""], ShortLease, Token);
        Assert.Equal([SettleOutcome.Unknown, SettleOutcome.Unknown], outcomes);
    }
}
