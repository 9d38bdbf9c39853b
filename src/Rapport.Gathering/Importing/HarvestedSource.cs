using System.Buffers;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>A source that was read, ready to be taken into a record, or refused. Immutable, thread safe.</summary>
public sealed class HarvestedSource
{
    private HarvestedSource(Harvest harvest, ImportInput? input, ImportResult? refusal, ReadOnlyMemory<byte> digest, bool isPartial)
    {
        (Harvest, Input, Refusal, Digest) = (harvest, input, refusal, digest);
        Report = ReportOf(harvest, input, isPartial);
    }

    /// <summary>Why it is not taken whatever the record is; null when nothing speaks against it yet.</summary>
    public ImportResult? Refusal { get; }

    /// <summary>What was in it.</summary>
    public SourceReport Report { get; }

    /// <summary>Whether a source of the record is this one, by its bytes.</summary>
    public bool IsOf(SourceDescription description) => Digest.Length > 0 && description.Digest.Span.SequenceEqual(Digest.Span);

    /// <summary>SHA-256 of the whole source.</summary>
    internal ReadOnlyMemory<byte> Digest { get; }

    internal Harvest Harvest { get; }

    /// <summary>Its entries; null when it is refused.</summary>
    internal ImportInput? Input { get; }

    internal static HarvestedSource Of(Harvest harvest, ImportOptions options, Func<byte[]> digest, CancellationToken cancel)
    {
        IReadOnlyList<CheckIssue> issues = harvest.Refusals.Count > 0 ? harvest.Refusals : options.TakeGoodPart ? [] : harvest.Damages;
        if (issues.Count > 0)
        {
            return Refused(issues, harvest.Refusals.Count == 0);
        }

        if (harvest is { Whole: null, Entries.Count: 0, Series.Count: 0 })
        {
            return Refused([new CheckIssue(IssueSeverity.Error, "required", "", "there is nothing in it that Rapport could take")], false);
        }

        var input = harvest is { Whole: null, Entries.Count: 0 } ? ImportInput.WithoutEntries() : ImportInput.Read(harvest.Whole ?? Bundle(harvest), harvest.RepeatsPatient, harvest.BriefPatients);
        if (input.Errors.Count > 0)
        {
            return Refused(input.Errors, false);
        }

        if (TakeSeries(input, harvest, options, cancel) is { Count: > 0 } damages)
        {
            return Refused(damages, harvest.Refusals.Count == 0);
        }

        input.Harvested = harvest.Whole is null ? harvest.Entries : null;
        input.About = AboutOf(harvest);
        return new HarvestedSource(harvest, input, null, digest(), options.TakeGoodPart && harvest.Damages.Count > 0);

        HarvestedSource Refused(IReadOnlyList<CheckIssue> why, bool hasGoodPart)
        {
            var refused = new HarvestedSource(harvest, null, null, default, false);
            return new HarvestedSource(
                harvest,
                null,
                ImportResult.Refuse(why) with
                {
                    Report = refused.Report,
                    HasGoodPart = hasGoodPart && refused.Report.Taken.Count + refused.Report.Series.Count > 0,
                    ColumnsAsked = harvest.ColumnsAsked,
                    IsEmpty = harvest.IsEmpty,
                },
                default,
                false);
        }
    }

    /// <summary>Takes the points that FHIR carries in observations; why the source is refused, if that fails.</summary>
    private static IReadOnlyList<CheckIssue> TakeSeries(ImportInput input, Harvest harvest, ImportOptions options, CancellationToken cancel)
    {
        try
        {
            CarriedParts.TakeSeries(input, harvest, cancel);
        }
        catch (InvalidDataException e)
        {
            harvest.Refuse("too-long", "", e.Message);
        }

        return harvest.Refusals.Count > 0 ? harvest.Refusals : options.TakeGoodPart ? [] : harvest.Damages;
    }

    /// <summary>The entries as one collection, so that references between them are resolved as in any bundle.</summary>
    private static Resource Bundle(Harvest harvest)
    {
        var buffer = new ArrayBufferWriter<byte>(1024 + (int)Math.Min(int.MaxValue / 2, harvest.Entries.Sum(entry => (long)entry.Json.Length + 128)));
        using var writer = new BundleWriter(buffer);
        writer.Start(BundleType.Collection);
        foreach (var entry in harvest.Entries)
        {
            writer.Entry(entry.FullUrl, entry.Json.Span);
        }

        writer.End();
        return Resource.Read(buffer.WrittenMemory.ToArray());
    }

    private static Resource? AboutOf(Harvest harvest)
    {
        if (harvest.About is not { } about)
        {
            return null;
        }

        var patient = R4.Resource("Patient").With("birthDate", about.BirthDate);
        if (about.Name is not null)
        {
            patient["name"] = R4.List(new System.Text.Json.Nodes.JsonObject { ["text"] = about.Name });
        }

        return Resource.Parse(System.Text.Encoding.UTF8.GetBytes(patient.ToJsonString())).Resource;
    }

    private static SourceReport ReportOf(Harvest harvest, ImportInput? input, bool isPartial)
    {
        var types = input?.Entries.Where(entry => entry.Resource is not null && !input.Series.ContainsKey(entry.Index)).Select(entry => entry.Resource!.Value.TypeName) ?? harvest.Entries.Select(entry => entry.ResourceType);
        return new SourceReport
        {
            Format = harvest.Format,
            Taken = types.CountBy(type => type).OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).ToDictionary(),
            NotTaken = harvest.NotTaken,
            Series = harvest.Series.Counts,
            Lacks = [.. harvest.Lacks],
            IsPartial = isPartial,
            Cards = harvest.Cards,
            Link = harvest.Link,
        };
    }
}
