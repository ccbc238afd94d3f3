using Microsoft.AspNetCore.Http;

namespace Yyc3.Connectors.Rpc.Rest.Errors;

/// <summary>The id that ties an answer to the server's own records.</summary>
internal static class RequestId
{
    public const string Header = "x-request-id";

    private const int MaxLength = 128;
    private static readonly object Key = new();

    /// <summary>The caller's id when it is usable, else a new one; the same for the whole request.</summary>
    public static string Ensure(HttpContext http)
    {
        if (http.Items[Key] is not string id)
        {
            var given = http.Request.Headers[Header].ToString();
            id = IsUsable(given) ? given : "req-" + Guid.CreateVersion7().ToString("N");
            http.Items[Key] = id;
            http.TraceIdentifier = id;
        }

        if (!http.Response.HasStarted)
        {
            http.Response.Headers[Header] = id;
        }

        return id;
    }

    private static bool IsUsable(string id) =>
        id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExceptInRange('!', '~');
}
