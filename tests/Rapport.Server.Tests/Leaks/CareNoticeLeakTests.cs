using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Leaks.Talks;
using Rapport.Server.Tests.Notices;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Leaks;

/// <summary>
/// Push services and mail servers listen while somebody is asked to look after a child and taken out again, and in another world while a stranger asks for access and a comment comes: they hear the same, and of those whom it does not concern nothing.
/// </summary>
public sealed class CareNoticeLeakTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task That_it_is_about_a_child_and_about_which_is_not_heard()
    {
        var care = await ListenAsync(async (server, family, first) =>
        {
            if (first)
            {
                await family.AskAsync(server, family.Home.Patient);
            }
            else
            {
                await family.Home.Patient.AnswerAsync(server, CarePlaces.Accept);
                await family.TakeOutAsync(server, family.Home.Patient);
            }
        });
        var requests = await ListenAsync(async (server, family, first) => await server.Modules.People.Requests.AskAsync(
            first ? family.Home.Doctor.Person : family.Officer.Person, family.Home.Patient.Person.SignInName, new Rapport.People.RequestTerms("treat", ["conditions"], 3, "please"), Cancel));
        Assert.NotEmpty(care.Told);
        Assert.Equal(requests.Told, care.Told);
        Assert.Equal(["", ""], new[] { string.Join('\n', care.Others), string.Join('\n', requests.Others) });
    }

    /// <summary>What is heard of the one whom it concerns, and of the others of the family.</summary>
    private static async Task<(IReadOnlyList<string> Told, IReadOnlyList<string> Others)> ListenAsync(Func<RunningServer, Family, bool, Task> doAsync)
    {
        await using var ear = await NoticeEar.StartAsync();
        await using var server = new RunningServer { Openings = ear.Openings, Mail = ear.Mail };
        await server.InitializeAsync();
        await ear.TakeOverAsync(server);
        var family = await CareDeeds.MoveInAsync(server);
        await ear.TurnOnAsync(family.Home.Patient.Person, "maya", isMailAtOnce: true);
        await ear.TurnOnAsync(family.Home.Carer.Person, "sam", isMailAtOnce: true);
        await ear.TurnOnAsync(family.Home.Stranger.Person, "mal", isMailAtOnce: true);
        await ear.PassAWhileAsync();
        foreach (var isFirst in new[] { true, false })
        {
            await doAsync(server, family, isFirst);
            await ear.PassAWhileAsync();
        }

        return ([.. ear.Of("maya").Select(told => told.Replace(ear.Address, "", StringComparison.Ordinal))], [.. ear.Of("sam"), .. ear.Of("mal")]);
    }
}
