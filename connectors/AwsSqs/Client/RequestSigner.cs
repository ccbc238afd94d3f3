using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.AwsSqs.Settings;

namespace Yyc3.Connectors.AwsSqs.Client;

/// <summary>
/// AWS Signature Version 4 for the one shape of request that SQS takes: a POST to <c>/</c> without a query. Thread-safe.
/// </summary>
/// <param name="credentials">Whose signature.</param>
/// <param name="region">Region of the endpoint.</param>
/// <param name="host">Host header as it is sent, with the port unless it is the scheme's own.</param>
internal sealed class RequestSigner(AwsCredentials credentials, string region, string host)
{
    public const string ContentType = "application/x-amz-json-1.0";

    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Service = "sqs";

    private DayKey? _key;

    /// <summary>Signs a request.</summary>
    /// <param name="target">Value of <c>X-Amz-Target</c>.</param>
    /// <param name="payload">The body.</param>
    /// <param name="at">Now.</param>
    public RequestSignature Sign(string target, ReadOnlySpan<byte> payload, DateTimeOffset at)
    {
        var date = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var day = date[..8];
        var (tokenLine, tokenName) = credentials.SessionToken is { } token
            ? ($"x-amz-security-token:{token}\n", "x-amz-security-token;")
            : ("", "");
        var names = $"content-type;host;x-amz-date;{tokenName}x-amz-target";
        var request =
            $"POST\n/\n\ncontent-type:{ContentType}\nhost:{host}\nx-amz-date:{date}\n{tokenLine}x-amz-target:{target}\n\n"
            + $"{names}\n{Hex(SHA256.HashData(payload))}";
        var scope = $"{day}/{region}/{Service}/aws4_request";
        var text = $"{Algorithm}\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";
        var signature = Hex(Mac(KeyOf(day), text));
        return new RequestSignature(
            date,
            $"{Algorithm} Credential={credentials.AccessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}"
        );
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>The key is the same for a whole day; two threads that both make it make the same.</summary>
    private byte[] KeyOf(string day)
    {
        if (Volatile.Read(ref _key) is { } known && string.Equals(known.Day, day, StringComparison.Ordinal))
        {
            return known.Key;
        }

        var key = Encoding.UTF8.GetBytes("AWS4" + credentials.SecretAccessKey);
        foreach (var part in (ReadOnlySpan<string>)[day, region, Service, "aws4_request"])
        {
            key = Mac(key, part);
        }

        Volatile.Write(ref _key, new DayKey(day, key));
        return key;
    }

    private sealed class DayKey(string day, byte[] key)
    {
        public string Day => day;

        public byte[] Key => key;
    }
}
