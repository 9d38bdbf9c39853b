using Rapport.Conversations;
using Rapport.Server.Pages.Conversations.Teams;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>When a team reads, in the words that its templates say it in.</summary>
public sealed class TemplateWordsTests
{
    [Theory]
    [InlineData("Monday to Friday 8:00 to 16:00", new[] { 1, 2, 3, 4, 5 }, new int[0])]
    [InlineData("Monday to Wednesday and Friday 8:00 to 16:00", new[] { 1, 2, 3, 5 }, new int[0])]
    [InlineData("Monday and Tuesday 8:00 to 16:00", new[] { 1, 2 }, new int[0])]
    [InlineData("Monday to Sunday 8:00 to 16:00", new[] { 0, 1, 2, 3, 4, 5, 6 }, new int[0])]
    [InlineData("Monday to Thursday 8:00 to 16:00; Friday 8:00 to 12:00", new[] { 1, 2, 3, 4 }, new[] { 5 })]
    [InlineData("our usual hours", new int[0], new int[0])]
    public void DaysThatFollowEachOtherAreToldByTheFirstAndTheLast(string said, int[] days, int[] mornings)
    {
        OpenTime[] week = [.. days.Select(static day => new OpenTime((DayOfWeek)day, 8 * 60, 16 * 60)), .. mornings.Select(static day => new OpenTime((DayOfWeek)day, 8 * 60, 12 * 60))];

        Assert.Equal(said, TemplateWords.Hours(new TeamHours(TimeZoneInfo.Utc, week, [])));
    }
}
