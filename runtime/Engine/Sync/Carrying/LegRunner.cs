using System.Data.Common;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync.Links;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Carrying;

/// <summary>
/// Reads one resource of one side to its end, page by page, and has each page carried over. What a page did and where to go on
/// is one transaction, which begins with the check that the run is still this node's.
/// </summary>
internal sealed class LegRunner(
    StateStore store,
    RunStore runs,
    WorkItem item,
    SyncRun run,
    SyncPlan plan,
    SyncSide side,
    RecordResource resource,
    SyncEnd from,
    PageCarrier carrier,
    LinkStore links,
    ConflictStore conflicts
)
{
    /// <summary>So few may always go.</summary>
    private const int FreelyDeleted = 10;

    /// <summary>The cursor that was written down last.</summary>
    private string? _noted;

    /// <summary>The source's total is among the run's already.</summary>
    private bool _isCounted;

    /// <exception cref="SyncStoppedException">Too many records have failed.</exception>
    /// <exception cref="WorkLostException">The run is another node's by now, or cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (plan.RecordIds.Count > 0)
        {
            await CarryNamedAsync(cancellationToken);
            return;
        }

        var leg = await runs.FindLegAsync(run.Id, resource.Name, side, cancellationToken);
        if (leg is { IsDone: true })
        {
            return;
        }

        _isCounted = leg is not null;
        _noted = leg?.Cursor;
        leg ??= await BeginAsync(isLost: false, cancellationToken);

        try
        {
            leg = await ReadAsync(leg, cancellationToken);
            if (leg.Reading == RecordReading.Changes)
            {
                await RetryFailedAsync(cancellationToken);
            }
        }
        catch (ConnectorException fault) when (fault is { Kind: ErrorKind.OutOfRange, Code: "CURSOR_LOST" })
        {
            // What lay behind the cursor is gone, so everything is looked through.
            leg = await ReadAsync(await BeginAsync(isLost: true, cancellationToken), cancellationToken);
        }
        catch (FaultException fault)
            when (fault.Definition == Fault.CapabilityMissing && leg.Reading == RecordReading.Changes)
        {
            // A source that cannot be asked for the records which failed is looked through for them.
            leg = await ReadAsync(await BeginAsync(isLost: true, cancellationToken), cancellationToken);
        }

        if (leg.Reading == RecordReading.All && plan.ModifiedSince is null)
        {
            await SweepAsync(cancellationToken);
        }

        await WriteAsync(
            new PageOutcome(),
            null,
            new SyncLeg
            {
                Resource = leg.Resource,
                Side = side,
                Reading = leg.Reading,
                Cursor = leg.Cursor,
                Position = leg.Position,
                IsDone = true,
            },
            leg.Reading == RecordReading.All ? leg.Position : leg.Cursor,
            cancellationToken
        );
    }

    /// <summary>Decides what to read. Changes made while everything is read are noted from before its beginning.</summary>
    private async Task<SyncLeg> BeginAsync(bool isLost, CancellationToken cancellationToken)
    {
        var last =
            isLost || plan.IsFull || !resource.TellsChanges
                ? null
                : await runs.PositionAsync(run.IntegrationId, plan.Target, resource.Name, side, cancellationToken);
        var leg = new SyncLeg
        {
            Resource = resource.Name,
            Side = side,
            Reading = last is null ? RecordReading.All : RecordReading.Changes,
            Cursor = last,
            Position =
                last is null && resource.TellsChanges
                    ? await from.GetPositionAsync(resource.Name, cancellationToken)
                    : null,
        };
        await WriteAsync(new PageOutcome(), null, leg, position: null, cancellationToken);
        return leg;
    }

    private async Task<SyncLeg> ReadAsync(SyncLeg leg, CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isAll = leg.Reading == RecordReading.All;
        Task<ReadPage>? next = null;
        var noting = Task.CompletedTask;
        HashSet<string> noted = [];
        try
        {
            while (true)
            {
                var (page, prepared) = await (next ?? ReadAheadAsync(leg, leg.Cursor, [], reading.Token));
                HashSet<string> ids = [.. page.Records.Select(record => record.Id)];
                // The next page is read while this one is written, and the one before is noted: what a crash may leave to be
                // done again are two pages.
                next = page.HasMore ? ReadAheadAsync(leg, page.Cursor, [noted, ids], reading.Token) : null;
                if (prepared is null)
                {
                    await noting;
                    prepared = await carrier.PrepareAsync(page.Records, marksSeen: isAll, cancellationToken);
                }

                var outcome = await carrier.CarryAsync(prepared, cancellationToken);
                leg = new SyncLeg
                {
                    Resource = leg.Resource,
                    Side = side,
                    Reading = leg.Reading,
                    Cursor = page.Cursor,
                    Position = leg.Position,
                };
                await noting;
                noted = ids;
                noting = NoteAsync(page, outcome, leg, cancellationToken);
                if (!page.HasMore)
                {
                    await noting;
                    return leg;
                }
            }
        }
        finally
        {
            await reading.CancelAsync();
            await noting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (next is not null)
            {
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Reads a page, and prepares it if that need not wait for what is still to be noted.</summary>
    private async Task<ReadPage> ReadAheadAsync(
        SyncLeg leg,
        string? cursor,
        HashSet<string>[] unnoted,
        CancellationToken cancellationToken
    )
    {
        var page = await PageAsync(leg, cursor, cancellationToken);
        if (!carrier.MayRunAhead || unnoted.Any(ids => page.Records.Any(record => ids.Contains(record.Id))))
        {
            return new ReadPage(page, Prepared: null);
        }

        var isAll = leg.Reading == RecordReading.All;
        // On a thread of its own: it keeps the processor, and nobody else should wait for it.
        return new ReadPage(
            page,
            await Task.Run(
                () => carrier.PrepareAsync(page.Records, marksSeen: isAll, cancellationToken),
                cancellationToken
            )
        );
    }

    /// <summary>Writes down what a page did, on a thread of its own, since a database in a file keeps the caller's.</summary>
    private Task NoteAsync(RecordPage page, PageOutcome outcome, SyncLeg leg, CancellationToken cancellationToken)
    {
        var isAll = leg.Reading == RecordReading.All;
        var expected = _isCounted ? null : page.Total;
        _isCounted = true;
        return Task.Run(
            () =>
                WriteAsync(
                    outcome,
                    expected,
                    // A last page of everything leaves no cursor; should the node die before the end, it is read again.
                    page.HasMore || !isAll
                        ? leg
                        : null,
                    isAll ? null : page.Cursor,
                    cancellationToken
                ),
            CancellationToken.None
        );
    }

    private Task<RecordPage> PageAsync(SyncLeg leg, string? cursor, CancellationToken cancellationToken) =>
        from.ReadAsync(
            new RecordQuery(resource.Name)
            {
                Reading = leg.Reading,
                Cursor = cursor,
                Limit = plan.BatchSize,
            },
            cancellationToken
        );

    /// <summary>Moves the records that somebody has named, wherever reading the others stands.</summary>
    private async Task CarryNamedAsync(CancellationToken cancellationToken)
    {
        foreach (var ids in plan.RecordIds.Chunk(plan.BatchSize))
        {
            var outcome = await CarryAsync(await FindAsync(ids, cancellationToken), cancellationToken);
            await WriteAsync(outcome, null, leg: null, position: null, cancellationToken);
        }
    }

    /// <summary>Carries records that were asked for, not come by.</summary>
    private async Task<PageOutcome> CarryAsync(
        IReadOnlyList<SyncRecord> records,
        CancellationToken cancellationToken
    ) =>
        await carrier.CarryAsync(
            await carrier.PrepareAsync(records, marksSeen: false, cancellationToken),
            cancellationToken
        );

    /// <summary>The records as they are now; those that are not there as deleted.</summary>
    private async Task<IReadOnlyList<SyncRecord>> FindAsync(
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        var found = await from.FindAsync(resource.Name, ids, cancellationToken);
        var there = found.Select(record => record.Id).ToHashSet(StringComparer.Ordinal);
        var gone = ids.Where(id => !there.Contains(id)).Select(id => new SyncRecord { Id = id, IsDeleted = true });
        return [.. found, .. gone];
    }

    /// <summary>Tries once more what could not be written last time; reading changes would not come by it again.</summary>
    private async Task RetryFailedAsync(CancellationToken cancellationToken)
    {
        var after = "";
        while (true)
        {
            var ids = await links.FailedAsync(side, run.Generation, after, plan.BatchSize, cancellationToken);
            if (ids.Count == 0)
            {
                return;
            }

            after = ids[^1];
            var records = await FindAsync(ids, cancellationToken);
            var outcome = await CarryAsync(records, cancellationToken);
            await WriteAsync(outcome, null, leg: null, position: null, cancellationToken);
        }
    }

    /// <summary>What was not seen while everything was looked through is not there any more.</summary>
    /// <exception cref="SyncStoppedException">That is more than a run may delete.</exception>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var (missing, there) = await links.CountAsync(side, run.Generation, cancellationToken);
        if (missing * 100 > there * plan.MaxDeletePercent && (missing > FreelyDeleted || plan.MaxDeletePercent == 0))
        {
            throw new SyncStoppedException(
                $"{missing} of {there} records of {resource.Name} are not there any more, which is more than"
                    + $" {plan.MaxDeletePercent} percent. None was deleted. If it is right, sync with a higher maxDeletePercent."
            );
        }

        var after = "";
        while (true)
        {
            var ids = await links.UnseenAsync(side, run.Generation, after, plan.BatchSize, cancellationToken);
            if (ids.Count == 0)
            {
                return;
            }

            after = ids[^1];
            var outcome = await CarryAsync(
                [.. ids.Select(id => new SyncRecord { Id = id, IsDeleted = true })],
                cancellationToken
            );
            await WriteAsync(outcome, null, leg: null, position: null, cancellationToken);
        }
    }

    private async Task WriteAsync(
        PageOutcome outcome,
        long? expected,
        SyncLeg? leg,
        string? position,
        CancellationToken cancellationToken
    )
    {
        await store.WriteAsync(
            async transaction =>
            {
                await WriteAsync(transaction, outcome, expected, leg, position);
                return 0;
            },
            cancellationToken
        );
        if (run.Failed + outcome.Counts.Failed > 0)
        {
            await CheckErrorsAsync(cancellationToken);
        }
    }

    private async Task WriteAsync(
        DbTransaction transaction,
        PageOutcome outcome,
        long? expected,
        SyncLeg? leg,
        string? position
    )
    {
        var gotOn =
            outcome.Counts.Total > outcome.Counts.Failed
            || (leg is not null && !string.Equals(leg.Cursor, _noted, StringComparison.Ordinal));
        await WorkQueue.HoldAsync(transaction, item, gotOn);
        _noted = leg?.Cursor ?? _noted;
        await links.SaveAsync(transaction, outcome.Links);
        foreach (var (remote, target) in outcome.Conflicts)
        {
            await conflicts.NoteAsync(transaction, run.Id, resource.Name, remote, target);
        }

        await conflicts.CloseAsync(transaction, resource.Name, outcome.Closed);
        await runs.AdvanceAsync(transaction, run.Id, outcome.Counts, expected, outcome.Failures);
        if (leg is not null)
        {
            await RunStore.SaveLegAsync(transaction, run.Id, leg);
        }

        // A run that has passed older changes over must not move the next one past them.
        if (position is not null && plan.ModifiedSince is null)
        {
            await runs.SavePositionAsync(transaction, run, plan.Target, resource.Name, side, position);
        }
    }

    private async Task CheckErrorsAsync(CancellationToken cancellationToken)
    {
        var now = await runs.FindAsync(run.Id, cancellationToken);
        if (now?.Failed > plan.MaxErrors)
        {
            throw new SyncStoppedException($"More than {plan.MaxErrors} records failed.");
        }
    }

    /// <summary>A page, and what is to be carried of it if that is known already.</summary>
    private readonly record struct ReadPage(RecordPage Page, PreparedPage? Prepared);
}
