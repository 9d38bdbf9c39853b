using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Rapport.Consent;
using Rapport.Fhir;

namespace Rapport.Bench.Consent;

/// <summary>
/// What it costs to read, compile and decide by consents, beside the least that any engine with one bit for each entry must do: one pass over the
/// bits for each rule. Every line is the best of several rounds.
/// </summary>
internal static class ConsentBench
{
    private const int Rounds = 7;

    /// <summary>When requests are made.</summary>
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Everything that the one who asks is known by: themself, where they work, a team of it, the role in which it vouches for them, and as whose delegate they act.</summary>
    public static IReadOnlyList<string> KnownAs { get; } = ["Practitioner/p3", "Organization/o1", "CareTeam/t1", "PractitionerRole/r1", "RelatedPerson/d1"];

    public static int Run()
    {
        Console.WriteLine($"consent, best of {Rounds} rounds");
        Console.WriteLine($"{"",-66}{"µs each",12}{"goal",12}{"of ceiling",12}");
        Measure(entries: 2_000, consents: 20, goals: true);
        Measure(entries: 2_000, consents: 100, goals: true);
        Measure(entries: 2_000, consents: 200, goals: false);
        Measure(entries: 50_000, consents: 20, goals: false);
        Measure(entries: 50_000, consents: 100, goals: false);
        return 0;
    }

    private static void Measure(int entries, int consents, bool goals)
    {
        var record = new BenchRecord(entries);
        var resources = Enumerable.Range(0, consents).Select(i => Resource.Read(Encoding.UTF8.GetBytes(Text(i, "Patient/maya")))).ToArray();
        var read = resources.Select(PatientConsent.Read).ToArray();
        var compiled = CompiledConsents.Compile(read, record);
        var request = Request([.. KnownAs]);
        var stranger = Request("Practitioner/stranger");
        var decision = compiled.Decide(request);
        var rules = consents * 3;
        Console.WriteLine(
            $"{entries:N0} entries, {consents} consents of 3 rules: {decision.Permitted.Count:N0} permitted by {decision.Consents.Count} of them, {compiled.Decide(stranger).Permitted.Count} for a stranger");

        var (left, right, target) = (Words(entries), Words(entries), Words(entries));
        var ceiling = Time($"one bare pass over the bits for each rule ({rules} of {left.Length * 8:N0} bytes)", 20_000_000 / (rules * left.Length), null, null, () =>
        {
            for (var i = 0; i < rules; i++)
            {
                Merge(target, left, right);
            }
        });
        var rounds = Math.Max(20, 4_000_000 / (consents * left.Length));
        Time("decide", rounds, goals ? consents : null, ceiling, () => compiled.Decide(request));
        Time("decide for a stranger, who gets nothing", rounds, goals ? consents : null, ceiling, () => compiled.Decide(stranger));
        Time("one reason", 2_000, null, null, () => decision.ReasonFor(entries / 2));
        Time("decide entry by entry, with a reason each (what the bits save)", 3, null, ceiling, () =>
        {
            for (var entry = 0; entry < entries; entry++)
            {
                decision.ReasonFor(entry);
            }
        });
        Time("compile", 200, goals ? 1000 : null, null, () => CompiledConsents.Compile(read, record));
        Time($"read {consents} consents", 200, null, null, () =>
        {
            foreach (var resource in resources)
            {
                PatientConsent.Read(resource);
            }
        });
    }

    private static double Time(string what, int count, double? goal, double? ceiling, Action action)
    {
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                action();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / count);
        }

        var wanted = goal is null ? "" : $"< {goal:N0}";
        var ratio = ceiling is null ? "" : (ceiling.Value / best).ToString("0.000", CultureInfo.InvariantCulture);
        Console.WriteLine($"  {what,-64}{best,12:N2}{wanted,12}{ratio,12}");
        return best;
    }

    private static DisclosureRequest Request(params string[] knownAs) => new(
        new Recipient("Dr Lee", knownAs), PurposeOfUse.Treatment, ConsentAction.Access, Now);

    /// <summary>A general permit with an exception that has an exception, to different people, organisations, teams, roles and delegates, for different data and times.</summary>
    public static string Text(int i, string patient)
    {
        var actor = (i % 6) switch { 0 => "Organization/o1", 1 => $"Practitioner/p{i}", 2 => "CareTeam/t1", 3 => "PractitionerRole/r1", 4 => $"RelatedPerson/d{i % 3}", _ => $"Practitioner/p{i % 5}" };
        var what = (i % 3) switch
        {
            0 => """ "class": [{ "system": "http://hl7.org/fhir/resource-types", "code": "Observation" }] """,
            1 => """ "dataPeriod": { "start": "2022-01-01", "end": "2022-12-31" } """,
            _ => """ "securityLabel": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV" }] """,
        };
        return $$"""
            { "resourceType": "Consent", "id": "c{{i}}", "status": "active", "dateTime": "2026-05-03",
              "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
              "patient": { "reference": "{{patient}}" },
              "provision": {
                "type": "permit", "period": { "start": "2026-01-01", "end": "2027-{{1 + (i % 12):00}}-01" },
                "actor": [{ "role": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP" }] }, "reference": { "reference": "{{actor}}" } }],
                "purpose": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT" }],
                "provision": [{
                  "type": "deny", "code": [{ "coding": [{ "system": "http://loinc.org", "code": "{{i}}-8" }] }], {{what}},
                  "provision": [{ "type": "permit", "dataPeriod": { "start": "2024-01-01" } }]
                }]
              }
            }
            """;
    }

    private static ulong[] Words(int entries)
    {
        var words = new ulong[(entries + 63) / 64];
        new Random(1).NextBytes(MemoryMarshal.AsBytes(words.AsSpan()));
        return words;
    }

    private static void Merge(ulong[] target, ulong[] left, ulong[] right)
    {
        var targets = MemoryMarshal.Cast<ulong, Vector<ulong>>(target.AsSpan());
        var lefts = MemoryMarshal.Cast<ulong, Vector<ulong>>(left);
        var rights = MemoryMarshal.Cast<ulong, Vector<ulong>>(right);
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] |= Vector.AndNot(lefts[i], rights[i]);
        }
    }

    /// <summary>A record whose index is made beforehand, as a compartment's is, and whose periods are searched entry by entry.</summary>
    private sealed class BenchRecord : RecordView
    {
        private static readonly string[] Types = ["Observation", "Observation", "Observation", "Condition", "MedicationRequest", "Encounter", "DiagnosticReport", "Procedure"];
        private static readonly string[] Kinds = ["PSY", "HIV", "ETHUD", "SDV"];

        private readonly Dictionary<string, EntrySet> _byType;
        private readonly Dictionary<string, EntrySet> _byCode;
        private readonly DateTimeOffset[] _dates;
        private readonly LabelledEntries[] _labels;

        public BenchRecord(int count)
        {
            Count = count;
            var random = new Random(7);
            var types = new string[count];
            var codes = new string[count];
            _dates = new DateTimeOffset[count];
            var labels = new string?[count];
            for (var i = 0; i < count; i++)
            {
                types[i] = Types[random.Next(Types.Length)];
                codes[i] = $"{random.Next(60)}-8";
                _dates[i] = new DateTimeOffset(2016, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(random.Next(3650));
                labels[i] = random.Next(10) == 0 ? Kinds[random.Next(Kinds.Length)] : null;
            }

            _byType = Index(types);
            _byCode = Index(codes);
            _labels = [.. Index(labels).Select(l => new LabelledEntries("http://terminology.hl7.org/CodeSystem/v3-ActCode", l.Key, l.Value))];
        }

        public override int Count { get; }

        public override IReadOnlyList<LabelledEntries> Labels => _labels;

        public override EntrySet WithType(string resourceType) => _byType.GetValueOrDefault(resourceType) ?? EntrySet.None(Count);

        public override EntrySet WithCode(string system, string code) => _byCode.GetValueOrDefault(code) ?? EntrySet.None(Count);

        public override EntrySet WithDocumentClass(string system, string code) => EntrySet.None(Count);

        public override EntrySet InPeriod(DateTimeOffset? start, DateTimeOffset? end)
        {
            var builder = new EntrySetBuilder(Count);
            for (var i = 0; i < Count; i++)
            {
                if ((start is null || _dates[i] >= start) && (end is null || _dates[i] <= end))
                {
                    builder.Add(i);
                }
            }

            return builder.ToSet();
        }

        public override EntrySet Instance(string reference) => EntrySet.None(Count);

        public override EntrySet Related(string reference) => EntrySet.None(Count);

        public override EntrySet Dependents(string reference) => EntrySet.None(Count);

        public override EntrySet AuthoredBy(string reference) => EntrySet.None(Count);

        public override DateTimeOffset? EndOf(string treatment, DateTimeOffset since) => null;

        private Dictionary<string, EntrySet> Index(string?[] values) => values
            .Select(static (value, entry) => (value, entry))
            .Where(static v => v.value is not null)
            .GroupBy(static v => v.value!, static v => v.entry)
            .ToDictionary(static g => g.Key, g => EntrySet.Of(Count, [.. g]));
    }
}
