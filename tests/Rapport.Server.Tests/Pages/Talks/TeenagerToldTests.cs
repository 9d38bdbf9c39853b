using Rapport.Conversations;
using Rapport.Language;
using Rapport.Server.Pages.Conversations.Lanes;
using Rapport.Server.Tests.Api.Conversations;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>What a teenager is told, before they write, of whether their parents read it; nobody else is told of it.</summary>
public sealed class TeenagerToldTests
{
    private static readonly string[] Lines = [LaneText.ParentsRead, LaneText.ParentsNot, LaneText.ParentsNoMore, LaneText.ParentsAreIn];

    [Fact]
    public async Task A_teenager_reads_before_they_write_whether_their_parents_can_and_what_it_means_when_they_cannot_any_more()
    {
        await using var home = await TeenHome.BeginAsync();
        var early = await home.TalkAsync(home.Child, "early");
        Assert.Null(await ToldAsync(home, home.Child, early));
        home.BecomeTeenager();
        Assert.Equal(LaneText.ParentsRead, await ToldAsync(home, home.Child, early));
        Assert.Equal(LaneText.ParentsNot, await ToldAsync(home, home.Child, await home.TalkAsync(home.Child, "alone")));
        Assert.Equal(LaneText.ParentsAreIn, await ToldAsync(home, home.Child, await home.TalkAsync(home.Child, "with her", with: Talker.PrivateReferenceOf(home.Parent.Person))));

        // What turns is said to have turned, as often as it is looked at, by whoever's words it did.
        var open = await home.TalkAsync(home.Child, "zqopen", ",\"private\":false");
        using (var child = await home.SignInAsync(home.Child))
        {
            Assert.Contains(Html(Say.Fill(LaneText.ParentsReadMeans, "").Split('(')[0].Trim()), await child.ReadAsync($"/conversations/{open}"));
        }

        Assert.True(await home.DoesParentSeeAsync(open, "zqopen"));
        await TalkWorld.SayAsync(home.Doctor.Client, open, "about contraception");
        Assert.False(await home.DoesParentSeeAsync(open, "zqopen"));
        Assert.Equal(LaneText.ParentsNoMore, await ToldAsync(home, home.Child, open));
        using var spanish = await home.SignInAsync(home.Child);
        Assert.Contains(Html(LaneText.ParentsNoMoreMeans), await spanish.ReadAsync($"/conversations/{open}"));
        using var chosen = await spanish.PostAsync("/account", "/language", ("language", "es"), ("back", "/account"));
        Assert.Contains(Html("Su madre y su padre ya no pueden leer esto."), await spanish.ReadAsync($"/conversations/{open}"));
    }

    [Fact]
    public async Task Nobody_else_is_told_of_it_whatever_they_read()
    {
        await using var home = await TeenHome.BeginAsync();
        var open = await home.TalkAsync(home.Child, "open");
        home.BecomeTeenager();
        foreach (var person in new[] { home.Parent, home.Doctor })
        {
            Assert.Null(await ToldAsync(home, person, open));
        }

        await TalkWorld.SayAsync(home.Doctor.Client, open, "about contraception");
        Assert.Null(await ToldAsync(home, home.Doctor, open));
        Assert.Null(await ToldAsync(home, home.Parent, open));
    }

    /// <summary>Where no parent acts for them there is nothing to tell, and a parent who acts in other matters reads nothing.</summary>
    [Fact]
    public async Task Where_a_parent_ended_it_nothing_is_told()
    {
        await using var home = await TeenHome.BeginAsync();
        var open = await home.TalkAsync(home.Child, "open");
        home.BecomeTeenager();
        using var parent = await home.SignInAsync(home.Parent);
        using var left = await parent.PostAsync($"/acting/{home.Child.Record}", $"/acting/{home.Child.Record}/leave", ("nobody", "on"));
        Assert.Null(await ToldAsync(home, home.Child, open));
    }

    private static async Task<string?> ToldAsync(TeenHome home, TestPerson who, string id)
    {
        using var visitor = await home.SignInAsync(who);
        var page = await visitor.ReadAsync($"/conversations/{id}");
        return Lines.Where(line => page.Contains(Html(line), StringComparison.Ordinal)).SingleOrDefault();
    }
}
