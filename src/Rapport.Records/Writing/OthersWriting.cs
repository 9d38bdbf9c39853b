namespace Rapport.Records;

/// <summary>How somebody else than the patient brings entries into a record, and takes back what they brought: whatever lets them, it is asked with the state of the record that is written on.</summary>
/// <param name="services">What the parts of this module share.</param>
/// <param name="compartment">The record.</param>
/// <param name="actor">Who writes.</param>
internal sealed class OthersWriting(RecordServices services, Compartment compartment, Actor actor)
{
    /// <summary>Writing by what lets them. Nobody writes in a record of which this node does not know what is sensitive.</summary>
    internal OwnWriting By(Standing standing) =>
        new(services, compartment, actor, (state, now) => state.Labelled.IsBy(services.Rules) ? standing(state, now) : null);

    /// <summary>What they brought of some kinds, newest first, and that is not taken back.</summary>
    internal async Task<IReadOnlyList<Source>> SourcesAsync(Func<string, bool> isKind, CancellationToken cancel)
    {
        var rows = await services.Store.ReadSourcesAsync(compartment.Id, cancel);
        return
        [
            .. rows.Select(row => SourceEncoding.Open(compartment, row))
                .Where(source => source.GatheredBy == actor.Reference && source.TakenBackAt is null && isKind(source.Description.Kind)),
        ];
    }

    /// <summary>The types of all these consents; none for all types.</summary>
    internal static IReadOnlyList<string> TypesOf(IReadOnlyList<Consent.PatientConsent> consents) =>
        consents.Any(static consent => consent.Types.Count == 0) ? [] : [.. consents.SelectMany(static consent => consent.Types).Distinct()];
}
