using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalFs.Files;

/// <summary>The errors callers see, and the one place where the system's errors become them.</summary>
internal static class LocalFsErrors
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    public static ConnectorException ObjectNotFound() =>
        new(ErrorKind.NotFound, "OBJECT_NOT_FOUND", "There is no object with this key.");

    public static ConnectorException VersionNotFound() =>
        new(ErrorKind.NotFound, "VERSION_NOT_FOUND", "The object has no such version.");

    public static ConnectorException ObjectExists() =>
        new(ErrorKind.PreconditionFailed, "OBJECT_EXISTS", "There is an object with this key already.");

    public static ConnectorException PathIsAFolder() =>
        new(ErrorKind.AlreadyExists, "PATH_IS_A_FOLDER", "There is a folder where the object would be.")
        {
            Field = "path",
        };

    public static ConnectorException PathIsAFile() =>
        new(ErrorKind.AlreadyExists, "PATH_IS_A_FILE", "There is a file where a folder of the path would be.")
        {
            Field = "path",
        };

    public static ConnectorException NotAFile() =>
        ConnectorException.Invalid("path", "names something that is neither a file nor a folder");

    public static ConnectorException LeadsThroughLink() =>
        ConnectorException.Invalid("path", "leads through a link, and links are not followed");

    public static ConnectorException Damaged(Exception? cause = null) =>
        new(
            ErrorKind.MalformedAnswer,
            "OBJECT_DAMAGED",
            "The stored object was changed or cut outside of the runtime.",
            innerException: cause
        );

    public static ConnectorException KeyUnknown() =>
        new(
            ErrorKind.PreconditionFailed,
            "ENCRYPTION_KEY_UNKNOWN",
            "The key that the object was encrypted with is no longer there."
        );

    public static ConnectorException ObjectChanging() =>
        new(ErrorKind.Conflict, "OBJECT_CHANGING", "Another program keeps changing the file.");

    /// <summary>A folder was removed between being made and being used; the writer tries again.</summary>
    public static DirectoryNotFoundException FolderVanished() => new("The folder was removed meanwhile.");

    /// <summary>Turns an error number of the C library into the exception .NET would throw for it.</summary>
    public static Exception FromNumber(int number, Exception? cause) =>
        number switch
        {
            Linux.NoEntry => new DirectoryNotFoundException("The entry is gone.", cause),
            Linux.NotPermitted or Linux.AccessDenied => new UnauthorizedAccessException("Access was denied.", cause),
            Linux.NameTooLong => new PathTooLongException("A name is too long.", cause),
            Linux.IsDirectory or Linux.NotEmpty => PathIsAFolder(),
            Linux.NotDirectory => PathIsAFile(),
            Linux.TooManyLinks => LeadsThroughLink(),
            _ => new IOException($"Error {number} of the system.", number),
        };

    /// <summary>Turns what the file system throws into what callers may see.</summary>
    public static Exception Translate(Exception error) =>
        error switch
        {
            ConnectorException or OperationCanceledException => error,
            UnauthorizedAccessException => Denied(error),
            PathTooLongException => ConnectorException.Invalid("path", "is too long for the file system"),
            FileNotFoundException or DirectoryNotFoundException => new ConnectorException(
                ErrorKind.Conflict,
                "OBJECT_CHANGING",
                "The file was removed meanwhile.",
                innerException: error
            ),
            IOException { HResult: Linux.NoSpace or Linux.OverQuota or WindowsDiskFull or WindowsHandleDiskFull } =>
                new ConnectorException(
                    ErrorKind.QuotaExceeded,
                    "STORAGE_FULL",
                    "There is no space left for the object.",
                    innerException: error
                ),
            IOException { HResult: Linux.ReadOnlyFileSystem } => Denied(error),
            IOException { HResult: Linux.CrossDevice } => new ConnectorException(
                ErrorKind.PreconditionFailed,
                "OTHER_FILE_SYSTEM",
                "The folder lies on another file system than the root and can only be read.",
                innerException: error
            ),
            IOException => new ConnectorException(
                ErrorKind.Unavailable,
                "STORAGE_FAILED",
                "The file system reports a failure.",
                innerException: error
            ),
            _ => error,
        };

    /// <summary>Whether the system refuses to write here at all.</summary>
    public static bool IsRefusal(Exception error) =>
        error is UnauthorizedAccessException or IOException { HResult: Linux.ReadOnlyFileSystem };

    /// <summary>Whether another process holds a lock on the file.</summary>
    public static bool IsLocked(IOException error) =>
        error.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation;

    private static ConnectorException Denied(Exception cause) =>
        new(
            ErrorKind.PermissionDenied,
            "ACCESS_DENIED",
            "The runtime may not access this file or folder.",
            innerException: cause
        );
}
