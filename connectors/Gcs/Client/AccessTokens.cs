using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Gcs.Client;

/// <summary>
/// Tokens for requests: the one given, or those that Google's library gets for a service account and keeps until they run out.
/// Thread-safe.
/// </summary>
internal sealed class AccessTokens
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.read_write";

    private readonly string? _token;
    private readonly ServiceAccountCredential? _account;

    /// <exception cref="ConnectorException">The service account's key cannot be read.</exception>
    public AccessTokens(GcsOptions options, HttpMessageHandler handler)
    {
        _token = options.AccessToken;
        if (options.ServiceAccount is not { } key)
        {
            return;
        }

        try
        {
            _account = new ServiceAccountCredential(
                new ServiceAccountCredential.Initializer(key.Email, key.TokenUri.AbsoluteUri)
                {
                    KeyId = key.KeyId,
                    Scopes = [Scope],
                    HttpClientFactory = new GuardedHttpClientFactory(handler),
                    // The host repeats calls; a second layer below it would multiply.
                    DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
                }.FromPrivateKey(key.PrivateKey)
            );
        }
        catch (Exception)
        {
            // Whatever the library makes of a malformed key.
            throw ConnectorException.Invalid(
                "auth.credentials.serviceAccountJson",
                "has a private_key that cannot be read"
            );
        }
    }

    /// <summary>The account that can sign; null when only a token was given.</summary>
    public ServiceAccountCredential? Signer => _account;

    public async ValueTask<string> GetAsync(CancellationToken cancellationToken) =>
        _token ?? await _account!.GetAccessTokenForRequestAsync(authUri: null, cancellationToken);
}
