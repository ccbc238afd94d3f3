using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.AwsS3.Client;
using Yyc3.Connectors.AwsS3.Faults;
using Yyc3.Connectors.AwsS3.Objects;
using Yyc3.Connectors.AwsS3.Reading;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AwsS3.Uploading;

/// <summary>Stores objects: in one request what fits into a part, the rest in parts.</summary>
internal sealed class ObjectUploader
{
    /// <summary>S3 takes no more in one request.</summary>
    private const long LargestSinglePut = 5L * 1024 * 1024 * 1024;

    private const long LargestObject = 5L * 1024 * 1024 * 1024 * 1024;

    private const int PartSizeStep = 1024 * 1024;

    private readonly BucketAccess _bucket;
    private readonly ObjectRequests _requests;
    private readonly ObjectRemover _remover;
    private readonly TimeProvider _time;
    private readonly UploadParts _parts;
    private readonly EncryptionSupport _support;

    public ObjectUploader(BucketAccess bucket, ObjectRequests requests, TimeProvider time, ILogger logger)
    {
        _bucket = bucket;
        _requests = requests;
        _remover = new ObjectRemover(bucket, requests);
        _time = time;
        _parts = new UploadParts(bucket, time, logger);
        _support = new EncryptionSupport(bucket, _parts);
    }

    public async Task<ObjectInfo> PutAsync(
        string key,
        Stream content,
        PutOptions options,
        CancellationToken cancellationToken
    )
    {
        var draft = Draft(key, options.Checked(LargestObject, "5 TiB"));
        await using var announced = new AnnouncedStream(content, options.ContentLength);
        try
        {
            return draft.NeedsSingleRequest && IsTooLargeForMemory(options)
                ? await StreamAsync(draft, announced, options.ContentLength!.Value, cancellationToken)
                : await StoreAsync(draft, announced, cancellationToken);
        }
        catch (ConnectorException error) when (error.Code == AwsS3Errors.ConditionFailed && options.CreateOnly)
        {
            throw AwsS3Errors.ObjectExists(error);
        }
    }

    private ObjectDraft Draft(string key, PutOptions options)
    {
        MetadataHeaders.Check(options.Metadata, options.Compress);
        return new ObjectDraft
        {
            Key = _bucket.Keys.ToStored(key),
            // Its media type is spelled as it will be written, or the signature holds for other letters than are sent.
            Options = options,
            Encryption = Encryption.From(options, _bucket.Options.KmsKeyId),
            PlainSize = options.ContentLength,
            NeedsSingleRequest = options.CreateOnly && !_bucket.Options.ConditionalMultipart,
        };
    }

    private bool IsTooLargeForMemory(PutOptions options) =>
        !options.Compress
        && options.ContentLength is { } length
        && length > _bucket.Options.PartSize
        && length <= LargestSinglePut;

    private async Task<ObjectInfo> StoreAsync(
        ObjectDraft draft,
        AnnouncedStream announced,
        CancellationToken cancellationToken
    )
    {
        var options = draft.Options;
        await using var compressed = options.Compress ? GzipObject.Compress(announced) : null;
        var size = PartSizeOf(options.ContentLength);
        var content = new PartReader(compressed ?? announced, options.Compress ? null : options.ContentLength);
        var first = await content.ReadAsync(size, cancellationToken);
        if (content.HasEnded)
        {
            using (first)
            {
                await using var whole = first.Open();
                draft = draft with { PlainSize = announced.Count };
                return await PutAsync(draft, whole, first.Length, _bucket.Options.ChunkedEncoding, cancellationToken);
            }
        }

        if (draft.NeedsSingleRequest)
        {
            first.Dispose();
            throw AwsS3Errors.CreateOnlyNeedsLength();
        }

        var upload = new PartedUpload(_parts, draft, size, _bucket.Options.MaxConcurrency);
        var stored = await upload.SendAsync(content, first, cancellationToken);
        return _bucket.Describe(
            stored.ETag.Length > 0 ? stored : await LookAgainAsync(stored, cancellationToken),
            announced.Count
        );
    }

    /// <summary>
    /// Some stores leave the tag out of their answer. The object is stored all the same: that it cannot be looked at does not make
    /// its upload fail, and another size is somebody else's object.
    /// </summary>
    private async Task<StoredObject> LookAgainAsync(StoredObject stored, CancellationToken cancellationToken)
    {
        try
        {
            var found = await _requests.FindAsync(stored.Key, stored.VersionId, cancellationToken);
            return found.StoredSize == stored.StoredSize ? found : stored;
        }
        catch (ConnectorException)
        {
            return stored;
        }
    }

    /// <summary>Stores content of any size in one request, signed chunk by chunk while it passes through.</summary>
    private async Task<ObjectInfo> StreamAsync(
        ObjectDraft draft,
        AnnouncedStream announced,
        long length,
        CancellationToken cancellationToken
    )
    {
        await using var whole = new WholeStream(announced, length);
        return await announced.UploadAsync(async () =>
            await PutAsync(draft, whole, length, isChunked: true, cancellationToken)
        );
    }

    private async Task<ObjectInfo> PutAsync(
        ObjectDraft draft,
        Stream content,
        long length,
        bool isChunked,
        CancellationToken cancellationToken
    )
    {
        if (draft.Encryption is not null)
        {
            await _support.ConfirmAsync(draft.Key, draft.Encryption, cancellationToken);
        }

        var request = new PutObjectRequest
        {
            BucketName = _bucket.Name,
            Key = draft.Key,
            InputStream = content,
            AutoCloseStream = false,
            UseChunkEncoding = isChunked,
        };
        draft.WriteTo(request);
        request.Headers.ContentLength = length;
        var answered = _bucket.Answered.Watch(request);
        var answer = await _bucket.CallAsync(
            (client, token) => client.PutObjectAsync(request, token),
            cancellationToken
        );
        if (!Encryption.IsConfirmed(draft.Encryption?.Method, answer.ServerSideEncryptionMethod))
        {
            await _remover.RemoveAsync(draft.Key, answer.VersionId, cancellationToken);
            throw AwsS3Errors.EncryptionNotConfirmed();
        }

        var stored = new StoredObject
        {
            Key = draft.Key,
            StoredSize = length,
            ETag = StoredObject.Tag(answer.ETag),
            LastModified = AnswerTimes.Of(answered, _time),
            ContentType = draft.Options.ContentType,
            VersionId = answer.VersionId,
            Metadata = draft.Options.Metadata,
        };
        return _bucket.Describe(stored, draft.PlainSize ?? length);
    }

    /// <summary>Parts grow where S3's most parts would not hold the content.</summary>
    private int PartSizeOf(long? length)
    {
        // Content that does not compress grows a little.
        var longest = (length ?? 0) + ((length ?? 0) / 1000) + PartSizeStep;
        var needed = ((longest / PartedUpload.MostParts / PartSizeStep) + 1) * PartSizeStep;
        return Math.Max(_bucket.Options.PartSize, (int)needed);
    }
}
