using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.Kafka.Connections;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

public sealed class ClientTroubleTests
{
    private readonly ClientTrouble _trouble = new(NullLogger.Instance);

    [Fact]
    public void Refusal_counts_until_something_comes_from_the_cluster()
    {
        _trouble.Note(new Error(ErrorCode.SaslAuthenticationFailed));
        Assert.True(_trouble.Refusal.IsCompletedSuccessfully);
        _trouble.Clear();
        Assert.False(_trouble.Refusal.IsCompleted);
        _trouble.Note(new Error(ErrorCode.Local_AllBrokersDown));
        Assert.False(_trouble.Refusal.IsCompleted);
        _trouble.Note(new Error(ErrorCode.SaslAuthenticationFailed));
        Assert.True(_trouble.Refusal.IsCompletedSuccessfully);
    }
}
