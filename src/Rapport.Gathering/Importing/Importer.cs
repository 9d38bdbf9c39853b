using System.Security.Cryptography;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Gathers a source of any known format into a record. All or nothing: the source is read and checked whole, must be about one patient, and is written in
/// one transaction with its ledger entry. What came from the same place before is recognised: the same is left alone, a change becomes a new version.
/// Stateless.
/// </summary>
public static class Importer
{
    /// <summary>The code of the issue that the record has no more room.</summary>
    public const string NoRoom = "no-store";

    /// <summary>Reads a source, whose format is recognised by its content. Takes time and a thread; writes nothing.</summary>
    /// <param name="content">What was brought.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told from time to time how far it is, on this thread; null for nobody.</param>
    /// <param name="cancel">Gives up.</param>
    public static HarvestedSource Read(SourceContent content, ImportOptions options, IProgress<HarvestProgress>? progress, CancellationToken cancel)
    {
        var format = options.IsOpenedLink ? new HealthLinkFormat() : SourceFormats.Recognise(content) ?? new FhirFormat();
        return Read(format, content, options, progress, cancel);
    }

    /// <summary>Reads a source and takes it into the patient's own record.</summary>
    /// <inheritdoc cref="Read(SourceContent, ImportOptions, IProgress{HarvestProgress}?, CancellationToken)"/>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static Task<ImportResult> ImportAsync(OwnAccess own, SourceContent content, ImportOptions options, CancellationToken cancel) =>
        WriteAsync(own, Read(content, options, null, cancel), options, cancel);

    /// <summary>Takes what was read into the patient's own record: all of it, durably, with its ledger entry, or nothing.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<ImportResult> WriteAsync(OwnAccess own, HarvestedSource source, ImportOptions options, CancellationToken cancel)
    {
        if (source.Refusal is { } refused)
        {
            return refused;
        }

        var writing = new ImportWriting(source, options, cancel);
        var description = new SourceDescription(options.SourceKind, options.SourceName) { Digest = source.Digest };
        try
        {
            var outcome = await own.GatherAsync(description, writing.PlanAsync, cancel);
            return writing.Result with { Source = outcome.Source, LedgerIndex = outcome.LedgerIndex };
        }
        catch (RecordFullException e)
        {
            return ImportResult.Refuse(NoRoom, "", e.Message);
        }
    }

    /// <summary>
    /// Takes what was read into the record of somebody for whom one acts, as far as one may add to it. What comes back tells of the source alone: why it was refused as it is, or that it is taken; never
    /// what of it was there before.
    /// </summary>
    /// <returns>Why it was refused; null when it is taken.</returns>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static Task<ActingRefusal?> WriteAsync(ActingAccess acting, HarvestedSource source, ImportOptions options, CancellationToken cancel) =>
        BringAsync(acting.GatherAsync, source, options, cancel);

    /// <summary>
    /// Takes what was read into the record of somebody who lets one add to it, in one's own name. What comes back tells of the source alone, and of what one may add.
    /// </summary>
    /// <returns>Why it was refused; null when it is taken, as far as it may be added.</returns>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static Task<ActingRefusal?> WriteAsync(ContributingAccess contributing, HarvestedSource source, ImportOptions options, CancellationToken cancel) =>
        BringAsync(contributing.GatherAsync, source, options with { SourceKind = ContributingAccess.Kind }, cancel);

    /// <summary>Brings something into another's record; why it was refused, null when it is taken.</summary>
    private static async Task<ActingRefusal?> BringAsync(
        Func<SourceDescription, Func<GatheringView, ValueTask<GatheringPlan>>, CancellationToken, Task<bool>> gather, HarvestedSource source, ImportOptions options, CancellationToken cancel)
    {
        if (source.Refusal is { } refused)
        {
            return new ActingRefusal(refused.Issues);
        }

        // Whom the record says it is about is not compared: a doubt would tell it.
        var writing = new ImportWriting(source, options with { IdentityConfirmed = true }, cancel);
        try
        {
            return !await gather(new SourceDescription(options.SourceKind, options.SourceName) { Digest = source.Digest }, writing.PlanAsync, cancel) ? new ActingRefusal([])
                : writing.Result.Status == ImportStatus.Refused ? new ActingRefusal(writing.Result.Issues) : null;
        }
        catch (RecordFullException e)
        {
            return new ActingRefusal(ImportResult.Refuse(NoRoom, "", e.Message).Issues);
        }
    }

    internal static HarvestedSource Read(
        ISourceFormat format, SourceContent content, ImportOptions options, IProgress<HarvestProgress>? progress, CancellationToken cancel)
    {
        content = content.Until(cancel);
        var harvest = new Harvest(format.Name, new HarvestLimits { MaxBytes = options.MaxBytes, EntryByEntryFrom = options.EntryByEntryFrom }, progress) { CardChecks = options.Cards ?? CardChecks.None, CsvMapping = options.CsvMapping };
        try
        {
            format.Read(content, harvest, cancel);
        }
        catch (InvalidDataException e)
        {
            harvest.Refuse(e);
        }
        catch (System.Xml.XmlException e)
        {
            harvest.Refuse("structure", $"line {e.LineNumber}", "the file is no well-formed XML here: it may be cut off or damaged");
        }

        harvest.Sweep();
        return HarvestedSource.Of(harvest, options, () => DigestOf(content), cancel);
    }

    private static byte[] DigestOf(SourceContent content)
    {
        using var stream = content.Open();
        return SHA256.HashData(stream);
    }
}
