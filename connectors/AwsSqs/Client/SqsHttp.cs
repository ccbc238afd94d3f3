using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Yyc3.Connectors.AwsSqs.Faults;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsSqs.Client;

/// <summary>
/// One call of the service: AWS JSON 1.0 over HTTP, signed. Every failure leaves it as a <see cref="ConnectorException"/>.
/// Thread-safe.
/// </summary>
internal sealed class SqsHttp : IDisposable
{
    private const string TargetPrefix = "AmazonSQS.";

    /// <summary>Ten messages of 1 MiB, every byte of them escaped, and room to spare.</summary>
    private const int LargestAnswer = 64 * 1024 * 1024;

    /// <summary>Room for what stands around the content.</summary>
    private const int Frame = 2048;

    private static readonly MediaTypeHeaderValue ContentType = new(RequestSigner.ContentType);

    // The body is no HTML; escaping every letter beyond ASCII would make requests up to three times as large.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Uri _endpoint;
    private readonly RequestSigner _signer;
    private readonly string? _sessionToken;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly HttpClient? _own;

    public SqsHttp(ConnectorContext context, AwsSqsOptions options)
    {
        _endpoint = options.Endpoint;
        _signer = new RequestSigner(options.Credentials, options.Region, options.Endpoint.Authority);
        _sessionToken = options.Credentials.SessionToken;
        _time = context.Time;
        _own = options.Trust.IsCustom
            ? new HttpClient(context.Network.CreateHttpHandler(options.Trust)) { Timeout = Timeout.InfiniteTimeSpan }
            : null;
        _http = _own ?? context.Http;
    }

    /// <summary>Calls an operation.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="parameters">Writes the members of the request's object.</param>
    /// <param name="read">Reads the answer's object; what it returns must not hold on to it.</param>
    /// <param name="cancellationToken">Ends the call, also at the service.</param>
    /// <param name="size">Bytes of its content, roughly.</param>
    public async Task<T> CallAsync<T>(
        string operation,
        Action<Utf8JsonWriter> parameters,
        Func<JsonElement, T> read,
        CancellationToken cancellationToken,
        int size = 0
    )
    {
        try
        {
            using var request = Prepare(operation, Write(parameters, size));
            using var response = await _http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
            await response.Content.LoadIntoBufferAsync(LargestAnswer, cancellationToken);
            using var answer = await ReadAsync(response, cancellationToken);
            return response.IsSuccessStatusCode
                ? read(answer?.RootElement ?? default)
                : throw AwsSqsErrors.Of(CodeOf(response, answer), response.StatusCode, RetryAfter(response));
        }
        catch (Exception fault)
            when (fault is not ConnectorException
                && !(fault is OperationCanceledException && cancellationToken.IsCancellationRequested)
            )
        {
            throw AwsSqsErrors.Of(fault);
        }
    }

    public void Dispose() => _own?.Dispose();

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> parameters, int size)
    {
        var buffer = new ArrayBufferWriter<byte>(size + Frame);
        using var writer = new Utf8JsonWriter(buffer, Writing);
        writer.WriteStartObject();
        parameters(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private HttpRequestMessage Prepare(string operation, ReadOnlyMemory<byte> payload)
    {
        var target = TargetPrefix + operation;
        var signature = _signer.Sign(target, payload.Span, _time.GetUtcNow());
        var request = new HttpRequestMessage(HttpMethod.Post, _endpoint)
        {
            Content = new ReadOnlyMemoryContent(payload),
        };
        request.Content.Headers.ContentType = ContentType;
        // Signed, so it must be sent as it was signed.
        request.Headers.Host = _endpoint.Authority;
        request.Headers.TryAddWithoutValidation("X-Amz-Date", signature.Date);
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        request.Headers.TryAddWithoutValidation("Authorization", signature.Authorization);
        if (_sessionToken is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", _sessionToken);
        }

        return request;
    }

    /// <summary>The answer's JSON; null when it has none, as a proxy's page or an empty answer.</summary>
    private static async Task<JsonDocument?> ReadAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (stream.Length == 0)
        {
            return null;
        }

        try
        {
            return await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        }
        catch (JsonException) when (!response.IsSuccessStatusCode)
        {
            return null;
        }
    }

    private static string CodeOf(HttpResponseMessage response, JsonDocument? answer) =>
        answer is { RootElement: { ValueKind: JsonValueKind.Object } root }
        && root.TryGetProperty("__type", out var type)
        && type.ValueKind == JsonValueKind.String
            ? type.GetString()!
        : Header(response, "x-amzn-query-error") is { } queryError ? queryError.Split(';')[0]
        : Header(response, "x-amzn-ErrorType") is { } errorType ? errorType.Split(':')[0]
        : "";

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? (asked?.Date - _time.GetUtcNow());
        return wait > TimeSpan.Zero ? wait : null;
    }
}
