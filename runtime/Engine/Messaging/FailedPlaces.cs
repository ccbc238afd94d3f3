using System.Globalization;
using System.Text.RegularExpressions;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Messaging;

/// <summary>The places of messages that a connector did not send, as it lists them in an error: <c>3,20-29</c>.</summary>
internal static partial class FailedPlaces
{
    private const string Detail = "failed";

    /// <summary>Counts places from the first message of a stream, where the connector counted from one behind it.</summary>
    /// <param name="fault">The connector's error.</param>
    /// <param name="first">Place of the message that the connector counted from.</param>
    public static ConnectorException Rebase(ConnectorException fault, int first)
    {
        if (fault.Details?.GetValueOrDefault(Detail) is not { } places)
        {
            return fault;
        }

        var rebased = Number()
            .Replace(
                places,
                number =>
                    (first + int.Parse(number.ValueSpan, CultureInfo.InvariantCulture)).ToString(
                        CultureInfo.InvariantCulture
                    )
            );
        return new ConnectorException(fault.Kind, fault.Code, fault.Message, fault.RetryAfter, fault)
        {
            Field = fault.Field,
            Details = new Dictionary<string, string>(fault.Details, StringComparer.Ordinal) { [Detail] = rebased },
        };
    }

    [GeneratedRegex("[0-9]{1,9}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
