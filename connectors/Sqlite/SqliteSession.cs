using System.Text;
using SQLitePCL;

namespace Yyc3.Connectors.Sqlite;

/// <summary>One connection to the file. Used by one caller at a time; every call blocks the thread.</summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>Longest wait for a lock inside one call of the engine; what waits longer tries again, so that it can stop.</summary>
    public const int BusySliceMilliseconds = 100;

    private const int LongestValue = 256 * 1024 * 1024;
    private const int LongestText = 4 * 1024 * 1024;

    // About 0.1 ms of work: seldom enough not to be felt, often enough to stop at once.
    private const int StepsBetweenChecks = 5_000;
    private const int OpenNoFollow = 0x01000000;

    private readonly bool _readOnly;
    private readonly sqlite3 _db;
    private bool _trusted = true;

    static SqliteSession() => Batteries_V2.Init();

    private SqliteSession(sqlite3 db, bool readOnly) => (_db, _readOnly) = (db, readOnly);

    /// <summary>Stops what runs on this connection, whenever it is cancelled; set it before each use.</summary>
    public CancellationToken Stop { get; set; }

    /// <summary>Whether the connection is not to be used again.</summary>
    public bool Broken { get; private set; }

    public sqlite3 Db => _db;

    /// <summary>Opens a connection.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="readOnly">Whether it may only read; then the file must exist.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="SqliteFailure">The file cannot be opened.</exception>
    public static SqliteSession Open(string path, bool readOnly)
    {
        var flags = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var code = raw.sqlite3_open_v2(path, out var db, flags | raw.SQLITE_OPEN_FULLMUTEX | OpenNoFollow, null);
        var session = new SqliteSession(db, readOnly);
        try
        {
            session.Check(code);
            session.Prepare();
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement of the connector's own, which no guard judges.</summary>
    /// <param name="sql">One statement without parameters.</param>
    /// <exception cref="SqliteFailure">It failed.</exception>
    public void Run(string sql)
    {
        _trusted = true;
        try
        {
            Check(raw.sqlite3_exec(_db, sql));
        }
        finally
        {
            _trusted = false;
        }
    }

    /// <summary>Compiles a caller's statement.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="tail">What the engine holds for a further statement.</param>
    /// <returns>The compiled statement, or null when there is none.</returns>
    /// <exception cref="SqliteFailure">It cannot be compiled, or is not allowed.</exception>
    public sqlite3_stmt? Compile(string sql, out string tail)
    {
        Check(raw.sqlite3_prepare_v2(_db, Encoding.UTF8.GetBytes(sql), out var statement, out var rest));
        tail = Encoding.UTF8.GetString(rest);
        return statement is null || statement.IsInvalid ? null : statement;
    }

    /// <summary>Ends a transaction that is still open.</summary>
    public void RollBack()
    {
        Stop = CancellationToken.None;
        if (raw.sqlite3_get_autocommit(_db) != 0)
        {
            return;
        }

        try
        {
            Run("ROLLBACK");
        }
        catch (SqliteFailure)
        {
            Broken = true;
        }
    }

    /// <summary>Throws when a result code tells of a failure.</summary>
    /// <param name="code">Result code of the last call.</param>
    /// <exception cref="SqliteFailure">The failure.</exception>
    public void Check(int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return;
        }

        var failure = new SqliteFailure(
            raw.sqlite3_extended_errcode(_db),
            raw.sqlite3_errmsg(_db).utf8_to_string() ?? "",
            SqliteEngine.ErrorOffset(_db)
        );
        Broken |=
            failure.Primary
                is raw.SQLITE_CORRUPT
                    or raw.SQLITE_NOTADB
                    or raw.SQLITE_IOERR
                    or raw.SQLITE_CANTOPEN
                    or raw.SQLITE_NOMEM
            || failure.Code == raw.SQLITE_READONLY_DBMOVED;
        throw failure;
    }

    public void Dispose() => _db.Dispose();

    private void Prepare()
    {
        _ = raw.sqlite3_extended_result_codes(_db, 1);
        _ = raw.sqlite3_busy_timeout(_db, BusySliceMilliseconds);
        _ = raw.sqlite3_limit(_db, raw.SQLITE_LIMIT_ATTACHED, 0);
        _ = raw.sqlite3_limit(_db, raw.SQLITE_LIMIT_LENGTH, LongestValue);
        _ = raw.sqlite3_limit(_db, raw.SQLITE_LIMIT_SQL_LENGTH, LongestText);
        _ = raw.sqlite3_db_config(_db, raw.SQLITE_DBCONFIG_DEFENSIVE, 1, out _);
        _ = raw.sqlite3_db_config(_db, raw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, out _);
        _ = raw.sqlite3_db_config(_db, raw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, out _);
        _ = raw.sqlite3_db_config(_db, raw.SQLITE_DBCONFIG_ENABLE_FKEY, 1, out _);
        SqliteFunctions.AddTo(_db);
        Check(raw.sqlite3_set_authorizer(_db, (delegate_authorizer)Authorize, null));

        // An interrupt from another thread can come too early, or too late and hit the next caller; a question asked by
        // the running statement itself cannot.
        raw.sqlite3_progress_handler(_db, StepsBetweenChecks, _ => Stop.IsCancellationRequested ? 1 : 0, null);
        if (_readOnly)
        {
            Run("PRAGMA query_only=1");
        }

        _trusted = false;
    }

    private int Authorize(object data, int action, utf8z first, utf8z second, utf8z database, utf8z inner) =>
        _trusted || SqliteGuard.Allows(_readOnly, action, first, second) ? raw.SQLITE_OK : raw.SQLITE_DENY;
}
