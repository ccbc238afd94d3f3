using Microsoft.Data.Sqlite;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalQueue;

/// <summary>What the file's troubles mean to a caller.</summary>
internal static class LocalQueueErrors
{
    // https://www.sqlite.org/rescode.html, primary codes.
    private const int Perm = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public static bool IsKnown(Exception fault) =>
        fault is SqliteException or IOException or UnauthorizedAccessException;

    public static ConnectorException From(Exception fault)
    {
        var code = fault is SqliteException sqlite ? sqlite.SqliteErrorCode : CannotOpen;
        var (kind, reason, message) = code switch
        {
            Full => (ErrorKind.QuotaExceeded, "STORAGE_FULL", "The disk that holds the queue is full."),
            Busy or Locked => (ErrorKind.Unavailable, "STORAGE_BUSY", "The queue's file is in use by another process."),
            Perm or ReadOnly => (
                ErrorKind.PermissionDenied,
                "STORAGE_NOT_WRITABLE",
                "The queue's file cannot be written."
            ),
            Corrupt or NotADatabase => (
                ErrorKind.Internal,
                "STORAGE_CORRUPT",
                "The queue's file is damaged or is no queue."
            ),
            CannotOpen => (ErrorKind.Unavailable, "STORAGE_UNAVAILABLE", "The queue's file cannot be opened."),
            InputOutput => (ErrorKind.Unavailable, "STORAGE_FAILED", "The disk that holds the queue fails."),
            _ => (ErrorKind.Internal, "STORAGE_FAILED", "The queue's file cannot be used."),
        };
        return new ConnectorException(kind, reason, message, innerException: fault);
    }

    /// <summary>Awaits the store and translates its faults.</summary>
    public static async ValueTask<T> TranslateAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken token)
    {
        try
        {
            return await work(token);
        }
        catch (Exception fault) when (IsKnown(fault))
        {
            throw From(fault);
        }
    }
}
