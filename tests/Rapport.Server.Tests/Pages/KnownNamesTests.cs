using Rapport.Server.Pages.Stories;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.LinksGiven;

namespace Rapport.Server.Tests.Pages;

/// <summary>The names that a story is held against.</summary>
public sealed class KnownNamesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The words of a link's own name, such as “the”, were taken for parts of a name.</summary>
    [Fact]
    public async Task WhoeverOpenedALinkIsKnownByWhatTheySaidOfThemselvesAndTheLinkIsNobody()
    {
        var ada = await server.AddAdaAsync();
        var (_, holder) = await server.GiveAsync(ada, """{"label":"The sleep clinic","what":"summary"}""");
        using var opens = holder;
        await opens.KnockAsync(recipient: "Dr Meyer of Harbourtown");
        var own = (await server.Modules.Records.Compartments.OpenOwnAsync(ada.Record, Household.ActorOf(ada.Person), Cancel))!;
        var known = await KnownNames.OfAsync(own, ada.Person, server.Modules.People, Cancel);
        Assert.Contains("Dr Meyer of Harbourtown", known.People);
        Assert.DoesNotContain(known.People.Concat(known.Places), name => name.Contains("sleep", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(ada.Person.DisplayName, known.Own);
        Assert.Empty(SentenceCheck.WarningsOf("I sleep again, whoever has the clinic", known));
        Assert.NotEmpty(SentenceCheck.WarningsOf("meyer was kind", known));
    }

    [Theory]
    [InlineData("李明", "我叫李明", true)]
    [InlineData("Ng Wei", "Ng was there", true)]
    [InlineData("Ng Wei", "ng was there", false)]
    [InlineData("Dr Bo Al", "The Dr said so", false)]
    [InlineData("Ana de la Cruz", "de la nada", false)]
    [InlineData("Siobhán O’Brien", "obrien said so", true)]
    [InlineData("Siobhán O’Brien", "O'Brien said so", true)]
    [InlineData("Siobhán O’Brien", "siobhan’s idea", true)]
    public void APartOfANameIsFoundHoweverItIsWritten(string name, string sentence, bool found)
    {
        Assert.Equal(found ? [StoriesText.WarnOwnName] : (string[])[], SentenceCheck.WarningsOf(sentence, new KnownNames([name], [], [])));
        Assert.Equal(found ? 1 : 0, SentenceCheck.WarningsOf(sentence, new KnownNames([], [name], [])).Count);
    }
}
