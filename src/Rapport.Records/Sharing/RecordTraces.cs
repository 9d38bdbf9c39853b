using System.Globalization;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>By what it is seen, without opening anything, that something may be new in records or in what is shared: texts that say nothing, but are others then.</summary>
/// <param name="OfRecords">Of each record that is asked for: others when its ledger has grown, and when something came by a link.</param>
/// <param name="OfRecipients">Of each recipient: others when an agreement that names them, or by which they act, is made, changes, begins or ends. Of which patient, and whether they may act for them by it.</param>
/// <param name="ConsentsOf">Of each record that is asked for: others when its consents changed.</param>
public sealed record RecordTraces(
    ILookup<PatientId, string> OfRecords, ILookup<string, (PatientId Patient, string Trace, bool MayAct)> OfRecipients, IReadOnlyDictionary<PatientId, long> ConsentsOf)
{
    /// <summary>Reads them, in one question for all.</summary>
    /// <param name="services">Where.</param>
    /// <param name="records">Records.</param>
    /// <param name="acting">Recipients of whom it is asked for whom they act.</param>
    /// <param name="named">Recipients of whom it is asked what names them.</param>
    /// <param name="consentsOf">Records of which it is asked whether their consents changed.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    internal static async Task<RecordTraces> ReadAsync(
        RecordServices services, IEnumerable<PatientId> records, IReadOnlyCollection<string> acting, IReadOnlyCollection<string> named, IReadOnlyCollection<PatientId> consentsOf, CancellationToken cancel)
    {
        const string shared = """
            SELECT s.recipient, s.patient_id, s.ends_at, c.consent_seq FROM sharing s JOIN compartment c ON c.patient_id = s.patient_id
            WHERE s.starts_at <= @now AND s.ends_at > @now AND
            """;
        var ids = records.Select(static record => record.ToString()).ToList();
        Dictionary<string, (string Reference, bool MayAct)> recipients = [];
        List<byte[]> plain = [];
        foreach (var reference in acting)
        {
            recipients[Convert.ToHexString(services.ActingHash(reference))] = (reference, true);

            // Rows from before there were such of who acts may say it too.
            plain.Add(services.RecipientHash(reference));
            recipients[Convert.ToHexString(plain[^1])] = (reference, true);
        }

        foreach (var reference in named)
        {
            // Who is asked about as both keeps what tells more.
            recipients.TryAdd(Convert.ToHexString(services.RecipientHash(reference)), (reference, false));
        }

        var questions = new ManyQuestions(services.Database.Dialect);
        questions.Among("SELECT patient_id, ledger_size FROM compartment WHERE patient_id", ids);
        questions.Among("SELECT patient_id, delivery_id FROM link_delivery WHERE patient_id", ids);
        questions.Among($"{shared} s.recipient", [.. acting.Select(services.ActingHash), .. named.Select(services.RecipientHash)]);
        questions.Among($"{shared} s.tells_acting = 0 AND s.recipient", plain);
        questions.Among("SELECT patient_id, consent_seq FROM compartment WHERE patient_id", [.. consentsOf.Select(static record => record.ToString())]);
        questions.Values.Add("now", services.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        var (sizes, deliveries, agreed, earlier, sequences) = await services.Database.ReadAsync(
            async c =>
            {
                using var answers = await questions.AskAsync(c);
                return (
                    await answers.ReadAsync<(string Patient, long Size)>(), await answers.ReadAsync<(string Patient, string Delivery)>(),
                    await answers.ReadAsync<(byte[] Recipient, string Patient, long EndsAt, long ConsentSeq)>(), await answers.ReadAsync<(byte[] Recipient, string Patient, long EndsAt, long ConsentSeq)>(),
                    await answers.ReadAsync<(string Patient, long ConsentSeq)>());
            },
            cancel);
        return new RecordTraces(
            sizes.Select(static row => (row.Patient, Trace: row.Size.ToString(CultureInfo.InvariantCulture))).Concat(deliveries.Select(static row => (row.Patient, Trace: row.Delivery)))
                .ToLookup(static row => PatientId.Parse(row.Patient), static row => row.Trace),
            (from row in agreed.Concat(earlier)
             let recipient = recipients[Convert.ToHexString(row.Recipient)]
             select (recipient.Reference, Patient: PatientId.Parse(row.Patient), Trace: string.Create(CultureInfo.InvariantCulture, $"{row.Patient}.{row.EndsAt}.{row.ConsentSeq}"), recipient.MayAct))
                .ToLookup(static row => row.Reference, static row => (row.Patient, row.Trace, row.MayAct)),
            sequences.ToDictionary(static row => PatientId.Parse(row.Patient), static row => row.ConsentSeq));
    }
}
