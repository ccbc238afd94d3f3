using Yyc3.Connectors.Runtime.Messaging;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Tests.Messaging;

public sealed class FailedPlacesTests
{
    [Fact]
    public void Places_are_counted_from_the_first_message_of_the_stream()
    {
        var fault = Failed(new() { ["failed"] = "3,20-29", ["other"] = "7" });
        var rebased = FailedPlaces.Rebase(fault, 2000);
        Assert.Equal("2003,2020-2029", rebased.Details?["failed"]);
        Assert.Equal("7", rebased.Details?["other"]);
        Assert.Equal(
            (fault.Kind, fault.Code, fault.Message, fault.Field, fault.RetryAfter),
            (rebased.Kind, rebased.Code, rebased.Message, rebased.Field, rebased.RetryAfter)
        );
    }

    [Fact]
    public void Error_without_places_stays_as_it_is()
    {
        var fault = Failed(null);
        Assert.Same(fault, FailedPlaces.Rebase(fault, 2000));
    }

    private static ConnectorException Failed(Dictionary<string, string>? details) =>
        new(ErrorKind.Throttled, "FULL", "Full.", TimeSpan.FromSeconds(3)) { Field = "message", Details = details };
}
