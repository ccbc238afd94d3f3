namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>Optional beside <see cref="IObjectStore"/>: links that work without credentials for a while. Thread-safe.</summary>
public interface ISignedUrls
{
    /// <summary>Makes a link that downloads one object.</summary>
    /// <param name="key">Which object; its existence is not checked.</param>
    /// <param name="lifetime">How long the link works.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>An absolute https (or, for a local provider, http) address.</returns>
    ValueTask<Uri> SignDownloadAsync(string key, TimeSpan lifetime, CancellationToken cancellationToken);
}
