using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Ledger;

/// <summary>The ledger for programs. The patient's only: to anyone else it looks as if there were none.</summary>
internal static class LedgerApi
{
    /// <summary>Names the key that signs, in each answer: to be kept, and held against an export later.</summary>
    private const string KeyHeader = "X-Ledger-Key";

    private const int MaxCount = 1000;
    private const int DefaultCount = 1000;

    public static void MapLedger(this IEndpointRouteBuilder app)
    {
        var ledger = app.MapGroup("/api/ledger/{patient}").WithTags("Ledger");
        ledger.MapGet("", ReadAsync).WithSummary("Who did what, newest first").Produces<LedgerPage>();
        ledger.MapGet("/checkpoint", CheckpointAsync).WithSummary("The signed size and root of the ledger").Produces<string>(contentType: "text/plain");
        ledger.MapGet("/consistency", ConsistencyAsync).WithSummary("The checkpoint, and the proof that the ledger only grew since it had `from` entries").Produces<LedgerConsistency>();
        ledger.MapGet("/export", ExportAsync).WithSummary("The whole ledger in one file, for `rapport verify`").Produces<string>(contentType: "application/jsonl");
    }

    private static async Task ReadAsync(HttpContext context, string patient, RecordDoor door, Modules modules, long? before = null, int count = DefaultCount)
    {
        if (await OpenAsync(context, patient, door, modules) is not { } own)
        {
            await context.WriteAsync(Failure.NothingHere);
            return;
        }

        if (count is < 1 or > MaxCount || before < 0)
        {
            await context.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", $"`count` is 1 to {MaxCount}, and `before` an index from 0"));
            return;
        }

        var rows = await own.ReadLedgerAsync(before, count, context.RequestAborted);
        var next = rows.Count == count && rows[^1].Index > 0 ? $"/api/ledger/{patient}?before={rows[^1].Index}&count={count}" : null;
        await context.Response.WriteAsJsonAsync(
            new LedgerPage([.. rows.Select(LedgerEntry.Of)], next), LedgerJson.Default.LedgerPage, cancellationToken: context.RequestAborted);
    }

    private static async Task CheckpointAsync(HttpContext context, string patient, RecordDoor door, Modules modules)
    {
        if (await OpenAsync(context, patient, door, modules) is not { } own)
        {
            await context.WriteAsync(Failure.NothingHere);
            return;
        }

        var checkpoint = await own.CheckpointAsync(context.RequestAborted);
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(checkpoint.Text, context.RequestAborted);
    }

    private static async Task ConsistencyAsync(HttpContext context, string patient, RecordDoor door, Modules modules, ILogger<LedgerPage> log, long from)
    {
        if (await OpenAsync(context, patient, door, modules) is not { } own)
        {
            await context.WriteAsync(Failure.NothingHere);
            return;
        }

        if (from < 0)
        {
            await context.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", "`from` is a size of the ledger, from 0"));
            return;
        }

        try
        {
            var proof = await own.ConsistencyAsync(from, context.RequestAborted);
            var answer = new LedgerConsistency(
                proof.Checkpoint.Text, Convert.ToBase64String(modules.Records.LedgerKey.Spki.Span), from, from > proof.Checkpoint.Size ? null : [.. proof.Hashes.Select(hash => hash.ToBase64())]);
            await context.Response.WriteAsJsonAsync(answer, LedgerJson.Default.LedgerConsistency, cancellationToken: context.RequestAborted);
        }
        catch (LedgerBrokenException e)
        {
            Log.LedgerBroken(log);
            await context.WriteAsync(new(StatusCodes.Status409Conflict, "conflict", e.Message));
        }
    }

    private static async Task ExportAsync(HttpContext context, string patient, RecordDoor door, Modules modules)
    {
        if (await OpenAsync(context, patient, door, modules) is not { } own)
        {
            await context.WriteAsync(Failure.NothingHere);
            return;
        }

        context.Response.ContentType = "application/jsonl; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"ledger-{patient}.jsonl\"";
        await own.ExportLedgerAsync(context.Response.Body, context.RequestAborted);
    }

    private static async ValueTask<OwnAccess?> OpenAsync(HttpContext context, string patient, RecordDoor door, Modules modules)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers[KeyHeader] = modules.Records.LedgerKey.Fingerprint;
        return PatientId.TryParse(patient, out var id) && RecordDoor.IsOwn(context, id) ? await door.OpenOwnAsync(context, TokenScopes.ReadOwn) : null;
    }
}
