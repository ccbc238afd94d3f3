namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>A request as it went over the wire.</summary>
internal sealed record SentRequest(string Method, Uri Address, IReadOnlyDictionary<string, string> Headers)
{
    public static SentRequest Of(HttpRequestMessage request)
    {
        var headers = request
            .Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default)
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new SentRequest(request.Method.Method, request.RequestUri!, headers);
    }

    public string? this[string header] => Headers.GetValueOrDefault(header);
}
