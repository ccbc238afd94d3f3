using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalFs;

/// <summary>Finds out whether the root can be used, without leaving a trace.</summary>
internal static class RootCheck
{
    public static HealthReport Run(string root)
    {
        try
        {
            return Report(root);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return HealthReport.Unreachable("ROOT_UNREADABLE", "The root cannot be looked at.", retryable: false);
        }
    }

    private static HealthReport Report(string root)
    {
        var existing = root;
        var status = FileStatus.Of(existing);
        while (status is null && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
            status = FileStatus.Of(existing);
        }

        if (status?.Kind != EntryKind.Folder)
        {
            return HealthReport.Unreachable("ROOT_IS_A_FILE", "The root is not a folder.", retryable: false);
        }

        if (MayWrite(existing))
        {
            return HealthReport.Healthy;
        }

        return string.Equals(existing, root, StringComparison.Ordinal)
            ? new HealthReport(HealthState.Degraded, HealthState.Healthy)
            {
                Code = "ROOT_NOT_WRITABLE",
                Reason = "The root can be read, but the runtime may not write to it.",
            }
            : HealthReport.Unreachable(
                "ROOT_NOT_CREATABLE",
                "The root is missing and cannot be made.",
                retryable: false
            );
    }

    /// <summary>Whether the runtime may make and remove entries of a folder.</summary>
    public static bool MayWrite(string folder) =>
        OperatingSystem.IsWindows()
            ? !new DirectoryInfo(folder).Attributes.HasFlag(FileAttributes.ReadOnly)
            : Linux.Access(folder, Linux.MayWriteAndEnter) == 0;
}
