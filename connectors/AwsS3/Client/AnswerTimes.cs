using System.Globalization;
using System.Runtime.CompilerServices;
using Amazon.Runtime;

namespace Yyc3.Connectors.AwsS3.Client;

/// <summary>
/// When the store answered a request. S3 does not say when an object was stored, and asking costs every upload a second request.
/// </summary>
internal sealed class AnswerTimes
{
    // Not a subclass of the request: the SDK finds out by the type's name where the bucket goes.
    private readonly ConditionalWeakTable<AmazonWebServiceRequest, StrongBox<DateTimeOffset>> _times = [];

    /// <summary>Takes the time from an answer's headers.</summary>
    public void Note(ResponseEventArgs answer)
    {
        if (
            answer is WebServiceResponseEventArgs { Request: { } request, ResponseHeaders: { } headers }
            && _times.TryGetValue(request, out var box)
            && headers.TryGetValue("Date", out var date)
            && DateTimeOffset.TryParseExact(
                date,
                "r",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time
            )
        )
        {
            box.Value = time;
        }
    }

    /// <summary>The store's time, or ours if it does not say.</summary>
    public static DateTimeOffset Of(StrongBox<DateTimeOffset> answered, TimeProvider time) =>
        answered.Value == default ? time.GetUtcNow() : answered.Value;

    /// <summary>Watches for the answer to a request.</summary>
    /// <returns>Holds the store's time once it has answered, if it says.</returns>
    public StrongBox<DateTimeOffset> Watch(AmazonWebServiceRequest request) =>
        _times.GetValue(request, static _ => new StrongBox<DateTimeOffset>());
}
