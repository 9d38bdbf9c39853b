namespace Rapport.People;

/// <summary>A map that forgets what was set longest ago: between half of its capacity and all of it is kept. Not thread safe.</summary>
internal sealed class BoundedMap<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    internal bool TryGet(TKey key, out TValue? value) => _young.TryGetValue(key, out value) || _old.TryGetValue(key, out value);

    internal void Set(TKey key, TValue value)
    {
        if (_young.Count >= capacity / 2)
        {
            _old = _young;
            _young = [];
        }

        _young[key] = value;
    }
}
