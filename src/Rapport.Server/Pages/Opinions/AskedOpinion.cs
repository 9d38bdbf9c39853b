using Rapport.Data;
using Rapport.People;
using Rapport.Records;

namespace Rapport.Server.Pages.Opinions;

/// <summary>An invitation to give an opinion, as whom it invites sees it.</summary>
/// <param name="Patient">Whose record.</param>
/// <param name="PatientName">The name they share under.</param>
/// <param name="Invitation">The local id of the agreement.</param>
/// <param name="Question">The local id of the question.</param>
/// <param name="Until">Until when they may look and answer, exclusive.</param>
public sealed record AskedOpinion(PatientId Patient, string PatientName, LocalId Invitation, LocalId Question, DateTimeOffset Until)
{
    /// <summary>Where it stands.</summary>
    public string Href => $"{OpinionAskedEndpoints.Home}/{Patient}/{Invitation}";

    /// <summary>The same without those of patients whom whoever is asked blocks.</summary>
    internal static async Task<IReadOnlyList<AskedOpinion>> HeardAsync(PeopleModule people, PersonId self, IEnumerable<SharedRecord> shared, CancellationToken cancel)
    {
        var asked = Among(shared);
        var blocked = asked.Count == 0 ? [] : (await people.Blocks.ListAsync(self, cancel)).Select(static known => known.Person.Record).ToHashSet();
        return [.. asked.Where(one => !blocked.Contains(one.Patient))];
    }

    /// <summary>The invitations among what is shared with somebody, those whose time ends first, first.</summary>
    public static IReadOnlyList<AskedOpinion> Among(IEnumerable<SharedRecord> shared) =>
    [
        .. from record in shared
           from agreement in record.Agreements
           where agreement.OpinionOn is not null && agreement.Until is not null && LocalId.TryParse(agreement.OpinionOn, out _)
           orderby agreement.Until, record.Patient
           select new AskedOpinion(record.Patient, record.PatientName, LocalId.Parse(agreement.Id), LocalId.Parse(agreement.OpinionOn), agreement.Until!.Value),
    ];
}
