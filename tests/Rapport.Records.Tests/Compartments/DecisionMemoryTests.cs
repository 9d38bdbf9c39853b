using System.Text;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>What is remembered of decisions stays within bounds, and what is in use stays.</summary>
public sealed class DecisionMemoryTests(SqliteTestDatabase test) : IClassFixture<SqliteTestDatabase>
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Thousands_of_recipients_take_no_more_than_was_counted_and_what_is_in_use_stays()
    {
        var state = NewState(entries: 400);
        var lee = NewActor();
        var first = state.Decide(lee, "TREAT", Now);
        for (var i = 0; i < 5000; i++)
        {
            Assert.False(state.Decide(NewActor(), "TREAT", Now).Permitted.IsEmpty);
            Assert.Same(first, state.Decide(lee, "TREAT", Now));
            Assert.InRange(state.Decisions.Bytes, 1, state.Bytes / 8);
        }
    }

    [Fact]
    public void Many_at_once_do_not_lose_count()
    {
        var state = NewState(entries: 10);
        Parallel.For(0, 2000, _ => state.Decide(NewActor(), "TREAT", Now));
        Assert.InRange(state.Decisions.Bytes, 1, 4096);
    }

    [Fact]
    public void A_decision_is_made_again_when_memberships_changed()
    {
        var state = NewState(entries: 10);
        var lee = NewActor();
        var first = state.Decide(lee, "TREAT", Now);
        Assert.Same(first, state.Decide(lee with { RecipientReferences = [.. lee.RecipientReferences] }, "TREAT", Now));
        Assert.NotSame(first, state.Decide(lee with { RecipientReferences = [.. lee.RecipientReferences, "Organization/x"] }, "TREAT", Now));
    }

    [Fact]
    public void Consents_made_ready_for_thousands_of_writers_take_no_more_than_was_counted_and_what_is_in_use_stays()
    {
        var state = NewState(entries: 400);
        var kept = new WriterConsents(budget: 20_000);
        var compiled = 0;
        var first = For("Practitioner/lee");
        for (var i = 0; i < 5000; i++)
        {
            For($"Practitioner/{i}");
            Assert.Same(first, For("Practitioner/lee"));
            Assert.InRange(kept.Bytes, 1, 20_000);
        }

        Assert.Equal(5001, compiled);

        // What is more than there is room for is not kept.
        kept = new WriterConsents(budget: 100);
        Assert.NotSame(For("Practitioner/lee"), For("Practitioner/lee"));
        Assert.Equal(0, kept.Bytes);

        Consent.CompiledConsents For(string writers) => kept.For(writers, () =>
        {
            compiled++;
            return state.Compile([.. state.Rules.Select(static rule => rule.Consent)], null);
        });
    }

    private static Actor NewActor()
    {
        var person = PersonId.New();
        return new Actor(person, $"Practitioner/{person}", "Dr Lee", [$"Practitioner/{person}"]);
    }

    /// <summary>A record of which a consent permits everything to everybody.</summary>
    private CompartmentState NewState(int entries)
    {
        var patient = PatientId.New();
        var (sealer, _) = test.Keyring.NewDataKey(Places.DataKey(patient));
        var drafts = new List<StateBuilder.NewEntry> { Prepare(null, "\"resourceType\":\"Patient\"", isRule: false) };
        for (var i = 0; i < entries; i++)
        {
            drafts.Add(Prepare(LocalId.New(), "\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}", isRule: false));
        }

        drafts.Add(Prepare(
            LocalId.New(),
            $$$"""
            "resourceType":"Consent","status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
            "patient":{"reference":"Patient/{{{patient}}}"},"provision":{"type":"permit"}
            """,
            isRule: true));
        return StateBuilder.Extend(patient, sealer, null, drafts, 1);

        StateBuilder.NewEntry Prepare(LocalId? local, string elements, bool isRule)
        {
            var id = local is { } l ? $"{patient}.{l}" : patient.ToString();
            var body = Encoding.UTF8.GetBytes($"{{{elements},\"id\":\"{id}\"}}");
            return EntryWriting.Seal(patient, sealer, 0, EntryWriting.HeaderOf(new EntryDraft(local, 1, body, 0, 0), source: 0, isRule), Rapport.Fhir.Resource.Read(body), Now);
        }
    }
}
