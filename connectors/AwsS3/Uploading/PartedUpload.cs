using System.Runtime.ExceptionServices;
using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3.Faults;
using Yyc3.Connectors.AwsS3.Objects;

namespace Yyc3.Connectors.AwsS3.Uploading;

/// <summary>One upload in parts, several of them on the way at once.</summary>
/// <param name="parts">Its requests.</param>
/// <param name="draft">What is stored.</param>
/// <param name="partSize">Bytes per part.</param>
/// <param name="mostAtOnce">Most parts in memory.</param>
internal sealed class PartedUpload(UploadParts parts, ObjectDraft draft, int partSize, int mostAtOnce)
{
    /// <summary>S3 takes no more.</summary>
    public const int MostParts = 10_000;

    private readonly List<Task<PartETag>> _sent = [];
    private long _storedSize;

    /// <summary>Sends everything, or leaves nothing.</summary>
    /// <param name="content">The content behind the first part.</param>
    /// <param name="first">The first part; disposed here.</param>
    /// <param name="cancellationToken">Aborts the upload.</param>
    /// <returns>The object; its tag is empty when the store does not tell.</returns>
    public async Task<StoredObject> SendAsync(PartReader content, PartBuffer first, CancellationToken cancellationToken)
    {
        string uploadId;
        DateTimeOffset begun;
        try
        {
            (uploadId, begun) = await parts.BeginAsync(draft, cancellationToken);
        }
        catch
        {
            first.Dispose();
            throw;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await SendPartsAsync(uploadId, content, first, stop);
            var stored = await Task.WhenAll(_sent);
            var (tag, versionId) = await parts.CompleteAsync(
                draft.Key,
                uploadId,
                stored,
                draft.IfNoneMatch,
                cancellationToken
            );
            return new StoredObject
            {
                Key = draft.Key,
                StoredSize = _storedSize,
                ETag = tag,
                // Stores count an object's age from the beginning of its upload.
                LastModified = begun,
                ContentType = draft.Options.ContentType,
                VersionId = versionId,
                Metadata = draft.Options.Metadata,
            };
        }
        catch (Exception fault)
        {
            await stop.CancelAsync();
            // A part that arrives after the abort would stay.
            await Task.WhenAll(_sent.AsEnumerable<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await parts.AbortAsync(draft.Key, uploadId);
            cancellationToken.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(FirstFault() ?? fault);
            throw;
        }
    }

    private async Task SendPartsAsync(
        string uploadId,
        PartReader content,
        PartBuffer part,
        CancellationTokenSource stop
    )
    {
        var underWay = new List<Task>();
        while (true)
        {
            _storedSize += part.Length;
            var sending = SendAsync(uploadId, _sent.Count + 1, part, stop);
            _sent.Add(sending);
            if (content.HasEnded)
            {
                return;
            }

            if (_sent.Count == MostParts)
            {
                throw AwsS3Errors.TooLarge($"{MostParts} parts of {partSize} bytes when the length is not announced");
            }

            underWay.Add(sending);
            if (underWay.Count == mostAtOnce)
            {
                var done = await Task.WhenAny(underWay);
                underWay.Remove(done);
                await done;
            }

            part = await content.ReadAsync(partSize, stop.Token);
        }
    }

    private async Task<PartETag> SendAsync(string uploadId, int number, PartBuffer part, CancellationTokenSource stop)
    {
        using (part)
        {
            try
            {
                return await parts.SendAsync(draft.Key, uploadId, number, part, stop.Token);
            }
            catch
            {
                // Reading the content may take long, and is for nothing now.
                await stop.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>The part that failed first, not those that were stopped because of it.</summary>
    private Exception? FirstFault() => _sent.FirstOrDefault(task => task.IsFaulted)?.Exception?.InnerException;
}
