using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Gcs.Client;

/// <summary>Requests to the JSON API of Cloud Storage, with a token, each made once. Thread-safe.</summary>
internal sealed class GcsClient : IDisposable
{
    /// <summary>Far more than a page of a listing, whose objects may have 8 KiB of metadata each.</summary>
    private const int LargestJson = 32 * 1024 * 1024;

    private static readonly Version Http11 = HttpVersion.Version11;

    private readonly GcsOptions _options;
    private readonly HttpMessageInvoker _http;

    public GcsClient(GcsOptions options, ConnectorContext context)
    {
        _options = options;
        var handler = context.Network.CreateHttpHandler(options.Trust);
        _http = new HttpMessageInvoker(handler);
        Tokens = new AccessTokens(options, handler);
    }

    public AccessTokens Tokens { get; }

    /// <summary>Address of the bucket's objects, without a slash at its end.</summary>
    public string Objects => $"{_options.Endpoint}/storage/v1/b/{_options.Bucket}/o";

    /// <summary>Address to which new content is sent.</summary>
    public string Uploads => $"{_options.Endpoint}/upload/storage/v1/b/{_options.Bucket}/o";

    /// <summary>Address of one object.</summary>
    public string Object(string name) => $"{Objects}/{Uri.EscapeDataString(name)}";

    /// <summary>Sends a request and gives its answer whatever its status; the caller disposes it.</summary>
    /// <param name="method">The method.</param>
    /// <param name="address">The address; parameters of every request are added.</param>
    /// <param name="content">The body; null for none. Disposed with the request.</param>
    /// <param name="prepare">Adds headers; null for none.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string address,
        HttpContent? content,
        Action<HttpRequestMessage>? prepare,
        CancellationToken cancellationToken
    )
    {
        if (_options.BilledProject is { } project)
        {
            address +=
                $"{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}userProject={Uri.EscapeDataString(project)}";
        }

        try
        {
            using var request = new HttpRequestMessage(method, address) { Content = content, Version = Http11 };
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer",
                await Tokens.GetAsync(cancellationToken)
            );
            prepare?.Invoke(request);
            return await _http.SendAsync(request, cancellationToken);
        }
        catch (Exception exception) when (GcsErrors.Translate(exception) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Sends a request whose answer must be good.</summary>
    /// <exception cref="ConnectorException">It was not.</exception>
    public async Task<HttpResponseMessage> SendGoodAsync(
        HttpMethod method,
        string address,
        HttpContent? content,
        Action<HttpRequestMessage>? prepare,
        CancellationToken cancellationToken
    )
    {
        var response = await SendAsync(method, address, content, prepare, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ErrorAsync(response, cancellationToken);
        }
    }

    /// <summary>Sends a request whose good answer is JSON.</summary>
    public async Task<JsonElement> SendForJsonAsync(
        HttpMethod method,
        string address,
        HttpContent? content,
        CancellationToken cancellationToken
    )
    {
        using var response = await SendGoodAsync(method, address, content, prepare: null, cancellationToken);
        return await ReadJsonAsync(response, cancellationToken);
    }

    public static async Task<JsonElement> ReadJsonAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(LargestJson, cancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return json.RootElement.Clone();
        }
        catch (HttpRequestException tooLarge)
            when (tooLarge.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw GcsErrors.Strange(tooLarge);
        }
        catch (Exception exception) when (GcsErrors.Translate(exception) is { } error)
        {
            throw error;
        }
    }

    /// <summary>The error that a bad answer stands for. Its text is for nobody; its reason is read.</summary>
    public static async Task<ConnectorException> ErrorAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        var reason = default(string);
        if (response.Content.Headers.ContentType?.MediaType is "application/json")
        {
            try
            {
                reason = Reason(await ReadJsonAsync(response, cancellationToken));
            }
            catch (ConnectorException)
            {
                // The status says enough.
            }
        }

        return GcsErrors.Of((int)response.StatusCode, reason, RetryAfter(response));
    }

    public void Dispose() => _http.Dispose();

    private static string? Reason(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("error", out var error)
        && error.ValueKind == JsonValueKind.Object
        && error.TryGetProperty("errors", out var errors)
        && errors.ValueKind == JsonValueKind.Array
        && errors.GetArrayLength() > 0
        && errors[0].TryGetProperty("reason", out var reason)
            ? reason.GetString()
            : null;

    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Retry-After", out var values)
        && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
