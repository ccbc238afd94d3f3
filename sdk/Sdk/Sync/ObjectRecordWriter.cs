using System.Text;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>Makes objects of records, one at a time.</summary>
internal sealed class ObjectRecordWriter(IObjectStore store)
{
    private const int MostKeyBytes = 1024;

    /// <summary>Stores or deletes one object.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="record">What is to be there.</param>
    /// <param name="cancellationToken">Aborts the upload.</param>
    /// <returns>What came of it; what would hit every other record as well is thrown.</returns>
    public async ValueTask<RecordResult> WriteAsync(string key, SyncRecord record, CancellationToken cancellationToken)
    {
        if (FaultOf(key) is { } reason)
        {
            return RecordResult.Failed(ConnectorException.Invalid("recordId", reason));
        }

        try
        {
            return record.IsDeleted
                ? await DeleteAsync(key, cancellationToken)
                : await PutAsync(key, record, cancellationToken);
        }
        catch (ConnectorException fault) when (IsOfOne(fault))
        {
            return RecordResult.Failed(fault);
        }
    }

    /// <summary>
    /// What is wrong with one object says nothing about the next; an unreachable store, a missing bucket or wrong settings do.
    /// </summary>
    private static bool IsOfOne(ConnectorException fault) =>
        fault.Kind
            is ErrorKind.InvalidArgument
                or ErrorKind.AlreadyExists
                or ErrorKind.PreconditionFailed
                or ErrorKind.OutOfRange
                or ErrorKind.Conflict
                // Bytes that cannot be turned back stay so.
                or ErrorKind.MalformedAnswer
        && fault.Field?.StartsWith("config.", StringComparison.Ordinal) != true;

    private async ValueTask<RecordResult> PutAsync(string key, SyncRecord record, CancellationToken cancellationToken)
    {
        OpenedContent content;
        try
        {
            content = record.Content is { } bytes ? await bytes.OpenAsync(cancellationToken) : Fields(record.Data);
        }
        catch (ConnectorException fault) when (fault.Kind == ErrorKind.NotFound)
        {
            return RecordResult.Failed(Gone(fault));
        }
        catch (ConnectorException fault) when (fault.Kind == ErrorKind.PermissionDenied)
        {
            return RecordResult.Failed(fault);
        }

        await using (content)
        {
            var stored = await store.PutAsync(
                key,
                content.Bytes,
                new PutOptions
                {
                    ContentType = content.ContentType,
                    ContentLength = content.Length,
                    Metadata = content.Metadata,
                },
                cancellationToken
            );
            return RecordResult.Written with { Version = ObjectRecords.VersionOf(stored) };
        }
    }

    private async ValueTask<RecordResult> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteAsync(key, versionId: null, cancellationToken);
        }
        catch (ConnectorException fault) when (fault.Kind == ErrorKind.NotFound)
        {
            // It is gone, which is what was asked for.
        }

        return RecordResult.Written;
    }

    private static OpenedContent Fields(ReadOnlyMemory<byte> data) =>
        new(new MemoryStream(data.ToArray(), writable: false))
        {
            Length = data.Length,
            ContentType = "application/json",
        };

    /// <summary>The next reading tells the deletion.</summary>
    private static ConnectorException Gone(ConnectorException fault) =>
        new(
            ErrorKind.NotFound,
            "CONTENT_GONE",
            "The content was deleted at its source before it could be moved.",
            innerException: fault
        );

    /// <summary>The rules that the host has for keys of its callers hold for those of other providers too.</summary>
    /// <param name="key">The key.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? FaultOf(string key)
    {
        if (Encoding.UTF8.GetByteCount(key) > MostKeyBytes)
        {
            return "makes a key of more than 1024 bytes";
        }

        if (key.Contains('\\', StringComparison.Ordinal) || key.Any(char.IsControl))
        {
            return "must not contain a backslash or control character";
        }

        return key.Split('/').Any(segment => segment is "" or "." or "..")
            ? "must not have empty, '.' or '..' segments"
            : null;
    }
}
