using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>A source that was read, ready to be taken into a record, or refused. Thread safe.</summary>
public sealed class HarvestedSource
{
    private readonly IReadOnlyDictionary<int, SeriesKey> _series;
    private ImportInput? _input;

    private HarvestedSource(Harvest harvest, ImportInput? input, ImportResult? refusal, ReadOnlyMemory<byte> digest, bool isPartial)
    {
        (Harvest, _input, Refusal, Digest) = (harvest, input, refusal, digest);
        _series = input?.Series ?? new Dictionary<int, SeriesKey>();
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

    /// <summary>
    /// Its entries, parsed, for whoever plans with them: they are not kept here meanwhile, since they take as much room again as what they say. Whoever asks
    /// another time, because the record changed meanwhile, waits until they are parsed again.
    /// </summary>
    internal ImportInput TakeInput()
    {
        if (Interlocked.Exchange(ref _input, null) is { } input)
        {
            return input;
        }

        var again = Open(Harvest);
        again.Series = _series;
        return again;
    }

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

        var input = Open(harvest);
        if (input.Errors.Count > 0)
        {
            return Refused(input.Errors, false);
        }

        if (input.Entries.Count > harvest.Limits.MaxEntries)
        {
            return Refused([new CheckIssue(IssueSeverity.Error, "too-long", "", $"the source has more than the {harvest.Limits.MaxEntries} entries that are read at once: split it")], false);
        }

        if (TakeSeries(input, harvest, options, cancel) is { Count: > 0 } damages)
        {
            return Refused(damages, harvest.Refusals.Count == 0);
        }

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

    private static ImportInput Open(Harvest harvest)
    {
        var input = harvest.Whole is { } whole ? ImportInput.Read(whole, harvest.RepeatsPatient, harvest.BriefPatients)
            : harvest.Entries.Count == 0 ? ImportInput.WithoutEntries()
            : ImportInput.Read(harvest);
        input.Harvested = harvest.Whole is null ? harvest.Entries : null;
        input.About = AboutOf(harvest);
        return input;
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
        var types = input?.Entries.Where(entry => entry.Resource is not null && !input.Series.ContainsKey(entry.Index)).Select(entry => entry.Resource!.Value.TypeName)
            ?? harvest.Entries.Select(entry => entry.ResourceType);
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
