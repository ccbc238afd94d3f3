using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Apis.Auth.OAuth2;

namespace Yyc3.Connectors.Gcs.Objects;

/// <summary>Links that work without a token, signed by a service account (V4, GOOG4-RSA-SHA256).</summary>
internal static class SignedLink
{
    private const string Algorithm = "GOOG4-RSA-SHA256";

    public static Uri Create(
        ServiceAccountCredential account,
        string endpoint,
        string bucket,
        string name,
        TimeSpan lifetime,
        DateTimeOffset now
    )
    {
        var address = new Uri(endpoint);
        var path =
            $"{address.AbsolutePath.TrimEnd('/')}/{bucket}/{Escape(name).Replace("%2F", "/", StringComparison.Ordinal)}";
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{time[..8]}/auto/storage/goog4_request";
        var query = string.Join(
            '&',
            $"X-Goog-Algorithm={Algorithm}",
            $"X-Goog-Credential={Escape($"{account.Id}/{scope}")}",
            $"X-Goog-Date={time}",
            string.Create(CultureInfo.InvariantCulture, $"X-Goog-Expires={(long)lifetime.TotalSeconds}"),
            "X-Goog-SignedHeaders=host"
        );
        var request = $"GET\n{path}\n{query}\nhost:{address.Authority}\n\nhost\nUNSIGNED-PAYLOAD";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)));
        var signature = account.CreateSignature(Encoding.UTF8.GetBytes($"{Algorithm}\n{time}\n{scope}\n{hash}"));
        var hex = Convert.ToHexStringLower(Convert.FromBase64String(signature));
        return new Uri($"{address.Scheme}://{address.Authority}{path}?{query}&X-Goog-Signature={hex}");
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
