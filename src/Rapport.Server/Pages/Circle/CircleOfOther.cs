using Rapport.People;

namespace Rapport.Server.Pages.Circle;

/// <summary>The circle of somebody else, which whoever looks is in.</summary>
/// <param name="Link">What whoever looks is to them.</param>
/// <param name="Patient">Whose it is.</param>
public sealed record CircleOfOther(CircleLink Link, Person Patient)
{
    /// <summary>All of somebody, longest connected first.</summary>
    internal static async Task<IReadOnlyList<CircleOfOther>> AllAsync(PeopleModule people, Person self, CancellationToken cancel)
    {
        var circles = new List<CircleOfOther>();
        foreach (var link in await people.Circle.PatientsOfAsync(self.Id, cancel))
        {
            if (await people.Accounts.FindByReferenceAsync($"Patient/{link.Patient}", cancel) is { } patient)
            {
                circles.Add(new CircleOfOther(link, patient));
            }
        }

        return circles;
    }
}
