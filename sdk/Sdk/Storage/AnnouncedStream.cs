using System.Runtime.ExceptionServices;

namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>
/// Reads an upload's content and refuses another length than <see cref="PutOptions.ContentLength"/> announced, at the latest when
/// the content ends. It remembers what reading threw, for clients wrap that as if their connection had failed. It does not dispose
/// the content.
/// </summary>
/// <param name="content">What the caller sends.</param>
/// <param name="announced">Bytes that must come; null when nobody said.</param>
public sealed class AnnouncedStream(Stream content, long? announced) : ForwardStream
{
    private ExceptionDispatchInfo? _fault;

    /// <summary>Bytes read so far.</summary>
    public long Count { get; private set; }

    /// <summary>True once the content has ended at the right length.</summary>
    public bool HasEnded { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, field <c>file</c>: another length.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        try
        {
            return await ReadCheckedAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // What ends the reading from outside is nobody's mistake here.
            _fault ??= ExceptionDispatchInfo.Capture(fault);
            throw;
        }
    }

    /// <summary>Uploads the content. What reading it threw is thrown again as it was: the caller's mistake, not the provider's.</summary>
    /// <param name="upload">Reads this stream; its own failures are the provider's, already told as such.</param>
    /// <returns>What the upload gives.</returns>
    public async ValueTask<T> UploadAsync<T>(Func<ValueTask<T>> upload)
    {
        ArgumentNullException.ThrowIfNull(upload);
        try
        {
            return await upload().ConfigureAwait(false);
        }
        catch
        {
            _fault?.Throw();
            throw;
        }
    }

    private async ValueTask<int> ReadCheckedAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Count += read;
        if (Count > announced || (read == 0 && Count != (announced ?? Count)))
        {
            throw ConnectorException.Invalid("file", $"has not the length announced, {announced} bytes");
        }

        HasEnded |= read == 0;
        return read;
    }
}
