using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Consent.Tests;

/// <summary>Holds the compiled engine against the naive one on generated records, consents and requests.</summary>
public sealed class CompiledAgainstModelTests
{
    private const int Worlds = 8_400;
    private const int RequestsForEach = 25;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public void TheyDecideTheSame()
    {
        var permitted = 0;
        var cases = 0;
        for (var seed = 1; seed <= Worlds; seed++)
        {
            var generator = new ConsentGenerator(seed);
            var record = generator.Record();
            var consents = generator.Consents(record);
            var compiled = Compile(consents, record);
            var model = new NaiveConsents(consents, record);
            for (var i = 0; i < RequestsForEach; i++)
            {
                var request = generator.Request();
                var decision = compiled.Decide(Asked(request));
                permitted += decision.Permitted.Count > 0 ? 1 : 0;
                cases++;
                if (Difference(decision, model, record, request, withReasons: i % 5 == 0) is not null)
                {
                    Assert.Fail(Explain(seed, consents, record, request));
                }

                AssertHoldsUntil(decision.ValidUntil, seed, compiled, decision);
            }
        }

        // Equal answers prove little when nearly all of them are the same answer.
        Assert.InRange(permitted, cases / 5, cases * 4 / 5);
        Assert.True(cases >= 200_000);
    }

    /// <summary>Up to the instant that a decision names, time changes nothing.</summary>
    private static void AssertHoldsUntil(DateTimeOffset? validUntil, int seed, CompiledConsents compiled, Decision decision)
    {
        var later = decision.Request with { At = validUntil?.AddMilliseconds(-1) ?? DateTimeOffset.MaxValue };
        Assert.True(later.At >= decision.Request.At, $"seed {seed}: valid until {validUntil}, before {decision.Request.At}");
        var then = compiled.Decide(later);
        Assert.True(decision.Permitted.Equals(then.Permitted) && decision.ToOpen.SequenceEqual(then.ToOpen), $"seed {seed}: not the same until {validUntil}");
    }

    private static CompiledConsents Compile(IReadOnlyList<JsonObject> consents, IReadOnlyList<TestEntry> record) =>
        CompiledConsents.Compile(
            [.. consents.Select(static c => PatientConsent.Read(Resource.Read(Encoding.UTF8.GetBytes(c.ToJsonString()))))], new TestRecord(record));

    private static DisclosureRequest Asked(NaiveRequest request) =>
        new(new Recipient("the recipient", request.KnownAs), request.Purpose, request.Action, request.At);

    private static string? Difference(Decision decision, NaiveConsents model, IReadOnlyList<TestEntry> record, NaiveRequest request, bool withReasons = true)
    {
        var deciding = new HashSet<string>();
        for (var entry = 0; entry < record.Count; entry++)
        {
            var expected = model.PermittedBy(record[entry], request);
            deciding.UnionWith(expected);
            var permitted = decision.Permitted.Contains(entry);
            var reason = withReasons ? decision.ReasonFor(entry) : null;
            if (permitted != expected.Count > 0
                || (reason is not null && (reason.Permitted != permitted || (permitted && !reason.Consents.SequenceEqual(expected)))))
            {
                return $"{record[entry].Reference} should be permitted by [{string.Join(", ", expected)}], is {(permitted ? "permitted" : "denied")}; the reason: {reason?.Text}";
            }
        }

        if (!decision.ToOpen.SequenceEqual(model.ToOpen(request)))
        {
            return $"to open: {string.Join(", ", model.ToOpen(request))}, not {string.Join(", ", decision.ToOpen)}";
        }

        return deciding.SetEquals(decision.Consents) ? null : $"decided by {string.Join(", ", deciding)}, not by {string.Join(", ", decision.Consents)}";
    }

    /// <summary>Tells about the smallest case found that still differs.</summary>
    private static string Explain(int seed, IReadOnlyList<JsonObject> consents, IReadOnlyList<TestEntry> record, NaiveRequest request)
    {
        var smallest = consents.Select(static c => c.DeepClone().AsObject()).ToList();
        string? Differs(List<JsonObject> some) =>
            Difference(Compile(some, record).Decide(Asked(request)), new NaiveConsents(some, record), record, request);

        smallest.RemoveAll(c => Differs([.. smallest.Where(other => other != c)]) is not null);
        foreach (var provision in smallest.Select(static c => c["provision"]).OfType<JsonObject>().ToList())
        {
            Shrink(provision, () => Differs(smallest) is not null);
        }

        return $"seed {seed}: {Differs(smallest)}\n{JsonSerializer.Serialize(request)}\n{string.Join('\n', smallest.Select(static c => c.ToJsonString(Indented)))}";
    }

    private static void Shrink(JsonObject rule, Func<bool> stillDiffers)
    {
        foreach (var name in rule.Select(static p => p.Key).ToList())
        {
            var value = rule[name];
            rule.Remove(name);
            if (stillDiffers())
            {
                continue;
            }

            rule[name] = value;
            foreach (var inner in name == "provision" ? value!.AsArray().ToList() : [])
            {
                var index = value!.AsArray().IndexOf(inner);
                value.AsArray().RemoveAt(index);
                if (!stillDiffers())
                {
                    value.AsArray().Insert(index, inner);
                    Shrink(inner!.AsObject(), stillDiffers);
                }
            }
        }
    }
}
