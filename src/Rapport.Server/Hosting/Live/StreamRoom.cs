using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>How many streams are open at this node, of whichever kind, and how many each person has. Thread safe.</summary>
internal sealed class StreamRoom(LiveSettings settings)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PersonId, int> _ofPerson = [];
    private int _all;

    /// <summary>Takes room for one more; false when its person or this node has as many as may be.</summary>
    public bool TryTake(PersonId person)
    {
        lock (_lock)
        {
            var count = _ofPerson.GetValueOrDefault(person);
            if (count >= settings.MostForOnePerson || _all >= settings.Most)
            {
                return false;
            }

            (_ofPerson[person], _all) = (count + 1, _all + 1);
            return true;
        }
    }

    /// <summary>Gives back what was taken for one.</summary>
    public void Give(PersonId person)
    {
        lock (_lock)
        {
            _all--;
            if (--_ofPerson[person] == 0)
            {
                _ofPerson.Remove(person);
            }
        }
    }
}
