using Npgsql;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>What goes wrong with the server's log of changes.</summary>
internal static class ReplicationFaults
{
    /// <summary>What lay behind the cursor is not known any more.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="cause">For the log.</param>
    /// <returns>The exception to throw.</returns>
    public static ConnectorException Lost(string reason, Exception? cause = null) =>
        new(ErrorKind.OutOfRange, "CURSOR_LOST", $"{reason} All records must be read again.", innerException: cause);

    public static ConnectorException Foreign() =>
        ConnectorException.Invalid("cursor", "is not a cursor of this resource");

    /// <summary>The server or the table is not set up for this.</summary>
    /// <param name="resource">Name of the resource.</param>
    /// <param name="code">Code.</param>
    /// <param name="message">One sentence.</param>
    /// <param name="cause">For the log.</param>
    /// <returns>The exception to throw.</returns>
    public static ConnectorException NotReady(string resource, string code, string message, Exception? cause = null) =>
        new(
            code is "ROLE_MAY_NOT_REPLICATE" or "PUBLICATION_NOT_ALLOWED"
                ? ErrorKind.PermissionDenied
                : ErrorKind.PreconditionFailed,
            code,
            message,
            innerException: cause
        )
        {
            Field = $"config.records.{resource}.changes",
        };

    /// <summary>The server's code for an error that has been mapped.</summary>
    /// <param name="fault">The error.</param>
    /// <returns>The SQLSTATE; null when the server did not say it.</returns>
    public static string? StateOf(ConnectorException fault) => (fault.InnerException as PostgresException)?.SqlState;

    /// <summary>Whether a slot or its publication is gone, was given up, or was moved on by somebody else.</summary>
    /// <param name="fault">What reading or advancing the slot has failed with.</param>
    public static bool IsLoss(ConnectorException fault) =>
        StateOf(fault)
            is PostgresErrorCodes.UndefinedObject
                or PostgresErrorCodes.ObjectNotInPrerequisiteState
                // A piece of the log.
                or PostgresErrorCodes.UndefinedFile;
}
