using System.Text.Json.Nodes;

namespace Yyc3.Connectors.EndToEnd.Tests.Running;

/// <summary>Status, headers and body of an answer.</summary>
public sealed record RestAnswer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The envelope's data.</summary>
    public JsonNode Data
    {
        get
        {
            var envelope = JsonNode.Parse(Body)!;
            Assert.True(envelope["success"]?.GetValue<bool>(), Body);
            return envelope["data"]!;
        }
    }

    /// <summary>The envelope's error.</summary>
    public JsonNode Error
    {
        get
        {
            var envelope = JsonNode.Parse(Body)!;
            Assert.False(envelope["success"]?.GetValue<bool>(), Body);
            return envelope["error"]!;
        }
    }

    public string Code => Error["code"]!.GetValue<string>();

    public string? Field => Error["details"]?["field"]?.GetValue<string>();

    public string? Reason => Error["details"]?["reason"]?.GetValue<string>();

    public static async Task<RestAnswer> OfAsync(HttpResponseMessage response)
    {
        var headers = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(
                header => header.Key,
                header => string.Join(',', header.Value),
                StringComparer.OrdinalIgnoreCase
            );
        return new RestAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
    }
}
