using System.Net;

namespace Yyc3.Connectors.AwsSqs.Client;

/// <summary>What became of one entry of a batch.</summary>
/// <param name="MessageId">Id of a message that was sent; null in other batches.</param>
/// <param name="FailureCode">The service's code; null when the entry succeeded.</param>
/// <param name="IsSenderFault">Whether the same entry would fail again.</param>
internal readonly record struct BatchEntry(string? MessageId, string? FailureCode, bool IsSenderFault)
{
    /// <summary>The status a call of its own would have had.</summary>
    public HttpStatusCode Status => IsSenderFault ? HttpStatusCode.BadRequest : HttpStatusCode.ServiceUnavailable;
}
