using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Works out the <c>sharing</c> rows of a compartment from its consents.</summary>
internal static class SharingRows
{
    /// <summary>The rows anew, under the name that stands there, after a change by somebody who is not the patient or that is none of a consent; null when there are none.</summary>
    internal static async Task<IReadOnlyList<SharingRow>?> AgainAsync(RecordServices services, Compartment compartment, CompartmentState state, CancellationToken cancel) =>
        await PatientNameAsync(services, compartment, cancel) is { } name ? Of(services, compartment.Id, compartment.Sealer, name, state) : null;

    /// <summary>The name that the patient shares under; null when they share nothing.</summary>
    internal static async Task<string?> PatientNameAsync(RecordServices services, Compartment compartment, CancellationToken cancel) =>
        await services.Store.ReadSharingAsync(compartment.Id, cancel) is [var row, ..]
            ? SharingLabel.Decode(compartment.Sealer.Open(Places.Sharing(compartment.Id, row.Recipient), row.Label)).Name
            : null;

    /// <summary>Each counted opening is a new version of the consent, and was made when the patient agreed.</summary>
    private static DateTimeOffset MadeAt(PatientConsent consent, long writtenAt) =>
        DateTimeOffset.FromUnixTimeMilliseconds(consent is { Counted: not null, DateTime: { } said } && DateRange.TryParse(said, out var day) ? Math.Min(day.Low, writtenAt) : writtenAt);

    internal static IReadOnlyList<SharingRow> Of(RecordServices services, PatientId patient, Sealer sealer, string patientName, CompartmentState state)
    {
        Dictionary<string, (long Starts, long Ends)> recipients = [];
        Dictionary<string, (long Starts, long Ends)> acting = [];
        Dictionary<string, List<SharedAgreement>> agreements = [];
        foreach (var rule in state.Rules.Where(r => r.Consent.Counts).OrderByDescending(r => r.Row))
        {
            var starts = rule.Consent.ValidFrom?.ToUnixTimeMilliseconds() ?? long.MinValue;
            var until = state.EndOf(rule.Consent);
            var ends = until?.ToUnixTimeMilliseconds() ?? long.MaxValue;
            if (rule.Consent.Delegation is { } delegation)
            {
                acting[delegation.To] = Together(acting, delegation.To, starts, ends);
            }

            foreach (var recipient in rule.Consent.Recipients)
            {
                recipients[recipient] = Together(recipients, recipient, starts, ends);
                agreements.TryAdd(recipient, []);
                agreements[recipient].Add(new SharedAgreement(
                    state.Index.LocalOf(rule.Row).ToString(), MadeAt(rule.Consent, state.Index.AtOf(rule.Row)), rule.Consent.ValidFrom, until,
                    rule.Consent.Purposes, rule.Consent.Types, rule.Consent.TellsOfMore)
                {
                    Counted = rule.Consent.Counted,
                    May = rule.Consent.PassedOn is null && rule.Consent.Delegation is null ? rule.Consent.Actions : [],
                    // Whoever asked a child is answered as a patient answers: by whom, they are not told.
                    PassedOnBy = rule.Consent is { PassedOn: { } passed, AnswersRequest: null } ? passed.ByName ?? passed.By[0] : null,
                    OpinionOn = rule.Consent.OpinionOn,
                    IsOfChosen = rule.Consent.IsOfChosen,
                    IsOfSeries = rule.Consent.IsOfSeries,
                    IsAttached = rule.Consent.Attached is not null,
                    IsEmergency = rule.Consent.BrokeGlassFor is not null,
                    Acts = rule.Consent.Delegation?.Actions ?? [],
                    IsParental = rule.Consent.IsParental,
                });
            }
        }

        return
        [
            .. recipients.Select(r => Row(services.RecipientHash(r.Key), r.Value, agreements[r.Key])),

            // As long as that of a recipient with as many agreements: nobody can tell them apart.
            .. acting.Select(r => Row(services.ActingHash(r.Key), r.Value, agreements.GetValueOrDefault(r.Key, []))),
        ];

        SharingRow Row(byte[] hash, (long Starts, long Ends) times, IReadOnlyList<SharedAgreement> agreed) => new()
        {
            Recipient = hash,
            StartsAt = times.Starts,
            EndsAt = times.Ends,
            Label = sealer.Seal(Places.Sharing(patient, hash), new SharingLabel(patientName, agreed).Encode()),
        };
    }

    private static (long Starts, long Ends) Together(Dictionary<string, (long Starts, long Ends)> known, string recipient, long starts, long ends) =>
        known.TryGetValue(recipient, out var other) ? (Math.Min(starts, other.Starts), Math.Max(ends, other.Ends)) : (starts, ends);
}
